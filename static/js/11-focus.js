/* Where the focus goes when its place is gone. */

/* To the same element again; if it was replaced, to its successor by id, or by its row's; if it
   is in a menu that closed, to the menu's button; if all are gone, to the heading of the page. */
const successorOf = (gone) => {
  const row = document.getElementById(gone?.closest("tr")?.id);
  if (document.getElementById(gone?.id)) return document.getElementById(gone.id);
  return row ? find(".rowlink", row) : gone?.closest(".chip") && find("#filter-add");
};
const giveFocus = (wanted, options) => {
  const same = wanted?.isConnected ? wanted : successorOf(wanted);
  const menu = same?.closest("[popover]:not(:popover-open)");
  const button = menu && find(`[popovertarget="${CSS.escape(menu.id)}"]`);
  const usable = [same, button].find((e) => e && e !== document.body && e.checkVisibility());
  const target = usable ?? find("main h1") ?? find("main");
  if (target && target.tabIndex < 0) target.tabIndex = -1; // a heading takes focus only with it
  target?.focus(options);
};
