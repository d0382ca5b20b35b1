/* Panels: what the server puts into an element [data-panel] is shown beside the link that asked for it. */

let panelOpener = null;
const isShown = (panel) => panel.matches(":popover-open");
on("htmx:before:request", ({ detail: { ctx } }) => {
  if (ctx.target?.matches("[data-panel]") && !ctx.target.contains(ctx.sourceElement)) panelOpener = ctx.sourceElement;
});
/* A panel that adds to the search adds to what is typed, also before the rows have followed. */
on("htmx:config:request", ({ detail: { ctx } }) => {
  const { sourceElement: source, target, request } = ctx;
  const typed = find("#q")?.value.trim();
  const isOfAll = source.matches("#filter-add, #choose-columns");
  if (!target?.matches("[data-panel]") || !isOfAll || typed === undefined || typed === shownQuery()) return;
  const url = new URL(request.action, location.href);
  url.searchParams.set("q", typed);
  request.action = url.pathname + url.search;
});
const showPanel = (panel) => {
  if (!isShown(panel)) panel.showPopover({ source: panelOpener });
  if (panel.contains(document.activeElement)) return;
  const first = ":is(input:not([type=hidden]), select, button, a):not(.vh, .btn--icon)";
  (find("[data-focus]", panel) ?? find(first, panel))?.focus();
};
on("toggle", (e) => { if (e.newState === "closed" && e.target.matches("[data-panel]")) e.target.replaceChildren(); }, true);

/* A box that narrows a list of links to those with the words in it. */
const narrow = (box) => {
  const words = box.value.toLowerCase().split(/\s+/);
  const items = findAll("li", document.getElementById(box.dataset.narrows));
  items.forEach((item) => { item.hidden = !words.every((word) => item.textContent.toLowerCase().includes(word)); });
  find("[data-nothing]", box.parentElement).hidden = items.some((item) => !item.hidden);
};
on("input", (e) => { if (e.target.matches("[data-narrows]")) narrow(e.target); });
on("keydown", (e) => {
  const box = find("[data-narrows]", e.target.closest("[data-panel]") ?? document.createElement("div"));
  const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
  if (!box || e.isComposing || !(step || e.key === "Enter")) return;
  const links = findAll("li:not([hidden]) a", document.getElementById(box.dataset.narrows));
  const at = links.indexOf(e.target);
  if (e.key === "Enter") {
    if (e.target !== box) return;
    e.preventDefault();
    links[0]?.click();
  } else {
    e.preventDefault();
    (at + step < 0 ? box : links[Math.min(at + step, links.length - 1)])?.focus();
  }
});
