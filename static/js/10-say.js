/* Words for a screen reader. */

/* It reads the one polite region when that changes, so the region is emptied first, or the same words
   would be read only once. */
let sayTimer;
const say = (text) => {
  const live = (page.dialog && find("[data-live]", page.dialog)) ?? find("#live"); // the page is inert beneath a dialog
  if (!live || !text) return;
  clearTimeout(sayTimer);
  live.textContent = "";
  sayTimer = setTimeout(() => { live.textContent = text.trim(); }, 50);
};
