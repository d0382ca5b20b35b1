/* Keys: the markup says which does what (data-hotkey="g c"). */

/* A letter is the key's own, whatever the layout writes with it and whether Caps Lock is on; Shift makes it a capital. */
const keyOf = (e) => {
  const isForeign = /^\p{L}$/u.test(e.key) && !/^[a-z]$/i.test(e.key);
  const letter = isForeign ? e.code.match(/^Key([A-Z])$/)?.[1] : e.key.match(/^[a-z]$/i)?.[0];
  if (!letter) return e.key;
  return e.shiftKey ? letter.toUpperCase() : letter.toLowerCase();
};

/* Single keys only where nothing is typed, and not for those who turned them off (WCAG 2.1.4). */
let lastKey = { key: "", at: 0 };
const singleKeysWork = (e) => document.documentElement.dataset.singleKeys !== "off" && !find("dialog[open]") &&
  !e.ctrlKey && !e.metaKey && !e.altKey && !e.isComposing &&
  !e.target.closest("input, select, textarea, [contenteditable]");
const pressHotkey = (e) => {
  if (!singleKeysWork(e) || e.repeat) return;
  const key = keyOf(e);
  const pair = e.timeStamp - lastKey.at < 900 ? `${lastKey.key} ${key}` : key;
  lastKey = { key, at: e.timeStamp };
  const withKey = (wanted) => findAll(`[data-hotkey="${CSS.escape(wanted)}"]`);
  const targets = [...withKey(pair), ...withKey(key)];
  const target = targets.find((t) => t.checkVisibility()) ?? targets[0];
  if (!target) return;
  e.preventDefault();
  if (target.matches("textarea")) target.focus();
  else if (target.matches("input")) { target.focus(); target.select(); } else target.click();
};

/* The rows of the list: j and k go through them, and so do the arrows, which lead in from the search
   and back to it. The focus is on a row's own link, so Enter opens it. */
const rowKeys = { j: 1, k: -1, ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity };
const pressRowKey = (e) => {
  const step = rowKeys[keyOf(e)];
  const links = findAll("#results .rowlink");
  if (!step || !links.length || page.dialog) return;
  if (e.ctrlKey || e.metaKey || e.altKey || e.shiftKey || e.isComposing) return;
  const at = links.indexOf(e.target);
  const single = e.key.length === 1;
  if (single ? !singleKeysWork(e) : at < 0 && !(e.target.id === "q" && e.key === "ArrowDown")) return;
  e.preventDefault();
  if (e.key === "ArrowUp" && at === 0) return find("#q")?.focus();
  links[at < 0 ? 0 : Math.max(0, Math.min(at + step, links.length - 1))].focus();
};

/* Coming back to a list, the focus is on the row that was opened from it. */
on("click", (e) => {
  const row = e.target.closest("#results .rowlink")?.closest("tr");
  if (!row || e.ctrlKey || e.metaKey || e.shiftKey) return;
  // Marked as htmx would, which forgets the row when an answer arrives and the mark is missing.
  history.replaceState({ ...history.state, htmx: true, row: row.id }, "");
});
const focusOpened = () => {
  const row = history.state?.row && document.getElementById(history.state.row);
  if (row) find(".rowlink", row)?.focus();
};
if (performance.getEntriesByType("navigation")[0]?.type !== "navigate") focusOpened();

on("keydown", (e) => {
  if ((e.ctrlKey || e.metaKey) && !e.altKey && !e.shiftKey && keyOf(e) === "k" && find("#palette")) {
    e.preventDefault();
    return page.dialog?.matches(".palette") ? closeDialog() : openPalette();
  }
  if (e.target.id === "palette-q") pressPaletteKey(e);
  if (e.target.id === "q" && pressCompletionKey(e)) return;
  if (e.key !== "Escape") return pressRowKey(e), pressHotkey(e);
  if (e.isComposing) return;
  if (e.target.matches("input[type=search]") && e.target.value) { // clear it, and search again
    e.preventDefault();
    e.target.value = "";
    e.target.dispatchEvent(new Event("input", { bubbles: true }));
  } else if (page.dialog && !find(":popover-open", page.dialog)) { // before "cancel", which is not always asked
    e.preventDefault();
    closeDialog();
  }
});
