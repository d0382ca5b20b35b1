/* Dialogs: what the server puts into #modal is shown as one. */

/* The opener is remembered until the dialog is gone, also while a refused form replaces it by itself. */
const showDialog = () => {
  const found = find("#modal dialog[data-modal]");
  if (!found || found === page.dialog) return;
  page.opener ??= document.activeElement;
  page.dialog = found;
  page.dialog.close(); // it may have been rendered open, but not as a modal one
  page.dialog.showModal();
  const field = ".dialog__body :is(input:not([type=hidden]), select, textarea)";
  (find("[autofocus]", page.dialog) ?? find("[data-focus]", page.dialog) ?? find(field, page.dialog))?.focus();
};
const dialogGone = () => {
  page.dialog = null;
  giveFocus(page.opener, { preventScroll: true });
  page.opener = null;
};
const closeDialog = () => {
  if (!mayDiscard(page.dialog)) return;
  find("#modal").replaceChildren();
  dialogGone();
};
on("cancel", (e) => { // the browser's own way to close it, like "back" on a phone
  if (!page.dialog || e.target !== page.dialog) return;
  e.preventDefault();
  closeDialog();
}, true);
