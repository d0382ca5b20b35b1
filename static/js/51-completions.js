/* The search box completes the word that the caret is in. */

const completions = () => find("#completions");
const closeCompletions = () => {
  completions()?.replaceChildren();
  if (find("#q")) markOption(find("#q"), null);
};
on("htmx:config:request", (e) => {
  const { sourceElement: source, request } = e.detail.ctx;
  const box = find("#q");
  if (source.id !== "completions") return;
  if (/\S$/.test(box.value.slice(0, box.selectionStart))) return request.body.set("at", box.selectionStart);
  e.preventDefault(); // no word is begun
  closeCompletions();
});
/* A list counts for the text it was made for alone, and not for one that was sent already. */
let sentText = null;
on("submit", (e) => {
  if (e.target.id !== "search") return;
  sentText = find("#q").value;
  closeCompletions();
});
on("input", (e) => {
  if (e.target.id !== "q") return;
  sentText = null;
  markOption(e.target, null);
});
const showCompletions = () => {
  const box = find("#q");
  const list = find("[role=listbox]", completions());
  const isDue = list && list.dataset.text === box.value && box.value !== sentText;
  if (!isDue || document.activeElement !== box) return closeCompletions();
  markOption(box, "first" in list.dataset ? optionsOf(box)[0] : null);
};
const takeCompletion = (option) => {
  const box = find("#q");
  const { complete, at } = option.dataset;
  if (complete === undefined) return option.click(); // it opens a page
  closeCompletions();
  box.value = complete;
  box.setSelectionRange(at, at);
  box.dispatchEvent(new Event("input", { bubbles: true }));
};

/* Returns whether the key was for the list. Behind the last option the arrow leads on to the rows. */
const pressCompletionKey = (e) => {
  const box = e.target;
  const all = optionsOf(box);
  const isOfText = find("[role=listbox]", completions())?.dataset.text === box.value;
  if (all.length && !isOfText && e.key !== "Escape") {
    if (e.key === "Enter" || e.key.startsWith("Arrow")) closeCompletions();
    return false;
  }
  if (!all.length || e.isComposing || e.ctrlKey || e.metaKey || e.altKey || e.shiftKey) return false;
  const marked = markedOption(box);
  const at = all.indexOf(marked);
  if (e.key === "ArrowDown" && at < all.length - 1) markOption(box, all[at + 1]);
  else if (e.key === "ArrowUp") markOption(box, all[at - 1]);
  else if (e.key === "Escape") closeCompletions();
  else if (marked && (e.key === "Enter" || e.key === "Tab")) takeCompletion(marked);
  else {
    if (e.key === "Enter" || e.key === "ArrowDown") closeCompletions();
    return false;
  }
  e.preventDefault();
  return true;
};
on("pointerdown", (e) => { if (completions()?.contains(e.target)) e.preventDefault(); }); // the focus stays in the box
on("click", (e) => {
  const option = e.target.closest("#completions [data-complete]");
  if (option) takeCompletion(option);
});
on("focusout", (e) => { if (e.target.id === "q") closeCompletions(); });
/* Without a script it is a plain box. */
const prepareBox = () => {
  const box = find("#q");
  if (!box) return;
  box.role = "combobox";
  if (!optionsOf(box).length) markOption(box, null);
};
