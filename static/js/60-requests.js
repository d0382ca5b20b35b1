/* A request: what it is for is marked busy, its form is held, trouble is told. */

/* What only tells of what is being typed: its form can be sent meanwhile. */
const isHint = (source) => source.matches("output, [data-hint]");
/* What asks for itself, like the count, may have become another's place meanwhile. */
on("htmx:before:request", ({ detail: { ctx } }) => { ctx.asks = ctx.sourceElement.dataset.hxGet; });
on("htmx:before:response", (e) => {
  const { ctx } = e.detail;
  const { sourceElement: source, target, asks } = ctx;
  if (source === target && source.dataset.hxGet !== asks) e.preventDefault();
  // A hint about what is being typed leads nowhere else, or that would be lost.
  if (isHint(source) && ctx.response.headers.has("HX-Redirect")) e.preventDefault();
  // What has none of our headers comes from something between: its page takes the place of nothing here.
  if (!ctx.response.headers.has("Request-Id")) {
    e.preventDefault();
    tellNoAnswer(ctx);
  }
});

const showLoading = () => {
  const results = find("#results");
  if (results) results.ariaBusy = page.loading.size ? "true" : null;
};
/* the page is inert beneath a dialog, so what concerns the page is told in it */
const noticePlace = () => (page.dialog && find(".dialog__body", page.dialog)) ?? find("#notices");
on("htmx:before:request", (e) => {
  const { ctx } = e.detail;
  const { sourceElement: source, target } = ctx;
  if (!source.matches("form, body") && !mayDiscard(target)) return e.preventDefault();
  ctx.began = performance.now();
  ctx.held = ctx.request.method !== "GET" && !isHint(source) && source.closest("form");
  if (ctx.held) hold(ctx.held);
  ctx.opens = target?.id === "modal" && !page.dialog;
  if (ctx.opens) page.opener = source;
  ctx.lists = target?.id === "results";
  if (ctx.lists) {
    page.loading.forEach((older) => older.request.abort());
    page.loading.clear();
    page.loading.add(ctx);
  }
  showLoading();
});
on("htmx:after:request", (e) => { // an answer; what was asked after the trouble began ends it
  const { ctx } = e.detail;
  if (ctx.began > page.lastFailureAt) findAll("[data-passing]").forEach((notice) => notice.remove());
  if (ctx.response.status < 400) page.unsaved.delete(ctx.held);
});
/* Nobody of ours answered. What only reads can be asked for again from here; a form has its own button. */
const tellNoAnswer = ({ sourceElement: source, request }) => {
  const notice = find("#notice-offline")?.content.firstElementChild?.cloneNode(true);
  if (!notice) return;
  findAll("[data-passing]").forEach((earlier) => earlier.remove());
  notice.dataset.passing = "";
  notice.setAttribute("role", "alert");
  const again = find("[data-again]", notice);
  if (request.method !== "GET" || !source.matches("form, a, button")) again.remove();
  else again.addEventListener("click", () => {
    notice.remove();
    if (source.matches("form")) source.requestSubmit(); else source.click();
  });
  page.lastFailureAt = performance.now();
  noticePlace()?.prepend(notice);
};
on("htmx:error", (e) => { // no answer: no connection, or the time is up. Else it is an error of ours
  const { ctx } = e.detail;
  if (ctx?.request && ctx.text === undefined) tellNoAnswer(ctx);
});
on("htmx:finally:request", (e) => {
  const { ctx } = e.detail;
  page.loading.delete(ctx);
  showLoading();
  if (ctx.held && !ctx.keepIndicators) release(ctx.held); // kept: it redirects
  if (ctx.opens && !page.dialog) page.opener = null;
});
