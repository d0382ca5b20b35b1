/* Where the focus goes when its place is gone. */

/* To the same element again; if it was replaced, to its successor by id, or by its row's; if its row or note is gone, to
   the same in one that was beside it; if it is in a menu that closed, to the menu's button; if all are gone, to what is
   to be read first, or the heading of the page. */
const usedIn = (row) => findAll("button, input:not([type=hidden])", row);
const rowsBeside = (element) => { // and which button or field of its row it is
  const row = element?.closest("tr, .notes > li, .findings > li");
  return row ? { rows: [row.nextElementSibling, row.previousElementSibling], at: usedIn(row).indexOf(element) } : {};
};
const successorOf = (gone, beside) => {
  const row = document.getElementById(gone?.closest("tr")?.id);
  if (document.getElementById(gone?.id)) return document.getElementById(gone.id);
  if (row) return find(".rowlink", row);
  const near = beside.rows?.find((one) => one?.isConnected);
  if (near) return usedIn(near)[beside.at] ?? find(".rowlink, a", near);
  return gone?.closest(".chip") && find("#filter-add");
};
const giveFocus = (wanted, options, beside = {}) => {
  const same = wanted?.isConnected ? wanted : successorOf(wanted, beside);
  const menu = same?.closest("[popover]:not(:popover-open)");
  const button = menu && find(`[popovertarget="${CSS.escape(menu.id)}"]`);
  const usable = [same, button].find((e) => e && e !== document.body && e.checkVisibility());
  const target = usable ?? find("main [data-focus]") ?? find("main h1") ?? find("main");
  if (target && target.tabIndex < 0) target.tabIndex = -1; // a heading takes focus only with it
  target?.focus(options);
};
