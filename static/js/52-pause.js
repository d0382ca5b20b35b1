/* While a word is not whole, an answer may say that everything stays (204). Once the typing pauses or the box
   is left, the word is searched for as it is. */

const PAUSE = 800;
let isUnfinished = false;
let lastInputAt = 0;
const settle = () => {
  const isPaused = performance.now() - lastInputAt >= PAUSE || document.activeElement?.id !== "q";
  if (!isUnfinished || !isPaused) return;
  isUnfinished = false;
  const search = find("#search"); // gone with its page, when a row was opened meanwhile
  if (search) htmx.trigger(search, "pause");
};
on("input", (e) => {
  if (e.target.id !== "q") return;
  lastInputAt = performance.now();
  setTimeout(settle, PAUSE);
});
/* What is pressed must still be there when the pointer is let go, so that a press waits for the pause. */
let lastPressAt = -1;
on("pointerdown", () => { lastPressAt = performance.now(); }, true);
on("focusout", (e) => {
  if (e.target.id === "q" && performance.now() - lastPressAt > 50) setTimeout(settle);
});
on("htmx:before:request", ({ detail: { ctx } }) => { if (ctx.target?.id === "results") isUnfinished = false; });
on("htmx:before:response", (e) => {
  const { ctx } = e.detail;
  if (!ctx.lists || ctx.response.status !== 204) return;
  e.preventDefault();
  isUnfinished = page.loading.has(ctx);
  settle();
});
