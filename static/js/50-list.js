/* The list follows the search box. */

/* A word that an input method is still composing is not searched for: it is no word yet. */
const isSearch = (box) => box.matches("input[type=search], [role=combobox]");
on("input", (e) => { if (e.isComposing && isSearch(e.target)) e.stopImmediatePropagation(); }, true);
on("compositionend", (e) => { if (isSearch(e.target)) e.target.dispatchEvent(new Event("input", { bubbles: true })); });

/* What asks for the same list in another order or from another row takes along what was typed meanwhile,
   and what is shown or on its way already is not asked for again. */
const shownQuery = () => find("#results").dataset.q;
on("htmx:config:request", (e) => {
  const { ctx } = e.detail;
  const { sourceElement: source, target, request } = ctx;
  const typed = find("#q")?.value.trim();
  if (target?.id !== "results" || typed === undefined) return;
  ctx.inBox = typed;
  if (source.id === "search") {
    const latest = [...page.loading].at(-1);
    const known = latest ? latest.typed === typed : shownQuery() === typed && !find("#search-problem [role=alert]");
    // A tab or a chip that was pressed after the last letter is another list altogether.
    const isPressed = latest && !target.contains(latest.sourceElement) && latest.sourceElement !== source &&
      latest.began > lastInputAt;
    if ((known || isPressed) && ctx.sourceEvent.type === "input") return e.preventDefault();
    if (latest && latest.sourceElement !== source) { // in the order that is on its way
      const { searchParams } = new URL(latest.request.action, location.href);
      const { body } = request;
      ["after", "before"].forEach((place) => searchParams.delete(place));
      [...body.keys()].forEach((name) => body.delete(name));
      searchParams.forEach((value, name) => body.append(name, value));
      body.set("q", typed);
    }
    if (!typed && !request.body.has("view")) request.body.delete("q"); // everything has the plain address
    const isTyping = ctx.sourceEvent.type === "input" && ctx.sourceEvent.inputType !== "insertFromPaste";
    if (isTyping) request.headers["Typing-At"] = String(find("#q").selectionStart); // what is pasted is whole
    ctx.typed = typed;
  } else {
    const url = new URL(request.action, location.href);
    ctx.typed = url.searchParams.get("q") ?? shownQuery();
    if (!target.contains(source) || ctx.typed !== shownQuery() || typed === shownQuery()) return;
    ctx.typed = typed;
    url.searchParams.set("q", typed);
    ["after", "before"].forEach((place) => url.searchParams.delete(place));
    request.action = url.pathname + url.search;
  }
});

/* In the history what is typed at a time is one entry: the first answer makes it, those that follow take
   its place. Enter ends it, and so does coming back to the box. */
let sameEntry = false;
on("focusin", (e) => { if (e.target.id === "q") sameEntry = false; });
on("htmx:before:swap", (e) => {
  const { ctx } = e.detail;
  if (ctx.lists && !page.loading.has(ctx)) return e.preventDefault(); // too late
  if (ctx.sourceElement.id !== "search") return;
  if (sameEntry || ctx.request.action === location.pathname + location.search) {
    ctx.push = null;
    ctx.replace = "true";
  }
  sameEntry = ctx.sourceEvent.type !== "submit";
});

/* The box says what is listed, also when a tab, a chip or a panel asked for it, unless more was typed meanwhile; the
   panel is done then, and the focus is on the chip that it made. */
let chipsBefore = new Set();
let askedBy = null;
let isBoxAsAsked = true;
const chips = () => findAll("#filters .chip");
on("htmx:before:swap", ({ detail: { ctx } }) => {
  if (!ctx.lists || ctx.sourceElement.id === "search") return;
  askedBy = ctx.sourceElement;
  isBoxAsAsked = find("#q").value.trim() === ctx.inBox;
  chipsBefore = new Set(chips().map((chip) => chip.textContent));
});
const listArrived = () => {
  const panel = askedBy?.closest("[data-panel]");
  if (!askedBy) return;
  askedBy = null;
  if (isBoxAsAsked) find("#q").value = shownQuery();
  if (!panel) return;
  if (isShown(panel)) panel.hidePopover();
  const made = chips().find((chip) => !chipsBefore.has(chip.textContent));
  const link = made ? find("a", made) : find(panel.id === "columns-panel" ? "#choose-columns" : "#filter-add");
  link?.focus();
};
