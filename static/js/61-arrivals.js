/* New content is shown and said, and focus does not fall to the page's start with what was replaced. */

const arrive = (nodes) => {
  noteOpened();
  prepareBox();
  nameKeys();
  showDialog();
  watchToasts();
  repeatAmounts(document);
  for (const node of nodes.filter((n) => n.nodeType === Node.ELEMENT_NODE)) {
    const wanted = within(node, "[data-focus]");
    if (wanted && !wanted.closest("dialog:not([open])") && !within(node, "dialog [autofocus]")) wanted.focus();
    markDirty(within(node, "form[data-guard]:has([data-dirty]:not([hidden]), [aria-invalid=true])"));
    const titled = within(node, "[data-title]"); // a part that is a page of its own names itself
    if (titled) document.title = titled.dataset.title;
    const tab = within(node, ".tabs [aria-current]"); // in sight, where the strip scrolls sideways
    if (tab) tab.parentElement.scrollLeft = tab.offsetLeft - tab.parentElement.offsetLeft - 16;
  }
};
on("htmx:before:swap", ({ detail: { ctx } }) => { // each for itself, since several may arrive at once
  ctx.focused = document.activeElement;
  ctx.beside = rowsBeside(ctx.focused);
});
on("htmx:after:settle", (e) => {
  const nodes = e.detail.newContent;
  if (e.target.matches?.("[data-panel]")) showPanel(e.target);
  const isHere = (id) => e.target.id === id || nodes.some((node) => within(node, `#${id}`));
  arrive(nodes);
  if (isHere("results")) say((find("#results [data-status]") ?? find("#results"))?.dataset.status);
  if (e.target.id === "filters") listArrived();
  if (e.target.id === "completions") showCompletions();
  if (isHere("palette-results")) {
    say(find("#palette-results").dataset.status);
    showFound();
  }
  if (isHere("attach-found")) say(find("#attach-found")?.dataset.status);
  if (isHere("finding")) say(find("#finding [data-status]")?.textContent);
  if (isHere("count")) say(find("#count")?.textContent);
  if (e.target.id !== "notices") return;
  page.lastFailureAt = performance.now();
  if (page.dialog) noticePlace().prepend(...nodes);
});
on("htmx:after:swap", ({ detail: { ctx } }) => {
  if (page.dialog && !page.dialog.isConnected) return dialogGone();
  const isLost = ctx.focused && !ctx.focused.isConnected && document.activeElement === document.body;
  if (isLost) giveFocus(ctx.focused, {}, ctx.beside);
});
