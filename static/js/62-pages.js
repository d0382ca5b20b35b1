/* A link [data-hx-boost] opens its page in place: the scripts stay, everything else is new. */

const isPage = ({ target }) => target === document.body;
on("htmx:before:request", ({ detail: { ctx } }) => { if (isPage(ctx)) document.documentElement.dataset.going = ""; });
on("htmx:finally:request", ({ detail: { ctx } }) => { if (isPage(ctx)) delete document.documentElement.dataset.going; });

/* "Back" has changed the address already when it is to load the page before: what is not saved is asked about now. */
let isReturning = false;
on("htmx:before:history:restore", (e) => {
  if (!isReturning && mayDiscard(document)) return page.unsaved.clear(); // and the page is left without another question
  e.preventDefault();
  isReturning = !isReturning;
  if (isReturning) history.go(1);
});

const nameKeys = () => {
  if (!/Mac|iPhone|iPad/.test(navigator.platform)) return;
  findAll("[data-mac]").forEach((e) => { e.textContent = e.dataset.mac; });
};

arrive([document.body]);
