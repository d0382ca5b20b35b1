/* A link [data-hx-boost] opens its page in place: the scripts stay, everything else is new. */

const isPage = ({ target }) => target === document.body;
on("htmx:before:request", ({ detail: { ctx } }) => { if (isPage(ctx)) document.documentElement.dataset.going = ""; });
on("htmx:finally:request", ({ detail: { ctx } }) => { if (isPage(ctx)) delete document.documentElement.dataset.going; });

const nameKeys = () => {
  if (!/Mac|iPhone|iPad/.test(navigator.platform)) return;
  findAll("[data-mac]").forEach((e) => { e.textContent = e.dataset.mac; });
};

arrive([document.body]);
