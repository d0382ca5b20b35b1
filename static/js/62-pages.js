/* A link [data-hx-boost] opens its page in place: the scripts stay, everything else is new. */

const isPage = ({ target }) => target === document.body;
on("htmx:before:request", ({ detail: { ctx } }) => { if (isPage(ctx)) document.documentElement.dataset.going = ""; });
on("htmx:finally:request", ({ detail: { ctx } }) => { if (isPage(ctx)) delete document.documentElement.dataset.going; });

/* "Back" has changed the address before the page that was opened in place could ask about unsaved work. */
let goesOn = false;
addEventListener("popstate", (e) => {
  if (goesOn || mayDiscard(document)) {
    if (!goesOn) page.unsaved.clear();
    goesOn = false;
    return;
  }
  e.stopImmediatePropagation();
  goesOn = true;
  history.go(1);
}, true);

const nameKeys = () => {
  if (!/Mac|iPhone|iPad/.test(navigator.platform)) return;
  findAll("[data-mac]").forEach((e) => { e.textContent = e.dataset.mac; });
};

arrive([document.body]);
