/* The palette: the arrows go round through what was found. */

/* Enter opens; when it is faster than the answer to what was typed, it waits for that. */
let openWhenAnswered = false;
const isAnswered = (box) => find("#palette-results").dataset.q === box.value.trim();
const showFound = () => {
  const box = find("#palette-q", page.dialog ?? document.createElement("div"));
  if (!box) return;
  if (isAnswered(box)) offerHere(box);
  markOption(box, box.value.trim() && isAnswered(box) ? optionsOf(box)[0] : null);
  if (openWhenAnswered && isAnswered(box)) markedOption(box)?.click();
};

/* The customers who were opened last in this tab, by their IDs alone. */
const RECENT = "recent";
const recent = () => (sessionStorage.getItem(RECENT) ?? "").split(",").filter(Boolean);
const noteOpened = () => {
  if (!find("#palette")) return sessionStorage.removeItem(RECENT); // nobody is signed in
  const id = location.pathname.match(/^\/customers\/(cust_\w{26})$/)?.[1];
  if (id) sessionStorage.setItem(RECENT, [id, ...recent().filter((other) => other !== id)].slice(0, 6).join());
};

/* What the page beneath offers is an option too, and pressing it presses the page's own button. */
const offerHere = (box) => {
  const words = box.value.trim().toLowerCase().split(/\s+/);
  const told = (action) => action.textContent.trim().replace(/\s+/g, " ");
  const begins = (text) => words.every((word) => text.split(" ").some((other) => other.toLowerCase().startsWith(word)));
  const actions = findAll("main :is(.phead__actions, .page-head__actions) :is(a, button):not([popovertarget])");
  const fitting = actions.filter((action) => begins(told(action)));
  if (!fitting.length || find("#palette-here-title", page.dialog)) return;
  const group = find("#palette-here").content.firstElementChild.cloneNode(true);
  const [sample] = findAll("button", group);
  fitting.forEach((action, n) => {
    const option = n ? group.appendChild(sample.cloneNode(true)) : sample;
    option.id = `palette-here-${n}`;
    find("bdi", option).textContent = told(action);
    option.addEventListener("click", () => {
      closeDialog();
      action.click();
    });
  });
  find("[role=listbox]", page.dialog)?.insertBefore(group, find("#palette-pages", page.dialog)); // names come first
};
const openPalette = () => {
  if (find("dialog[open]")) return; // never one dialog from another
  openWhenAnswered = false;
  find("#modal").replaceChildren(find("#palette").content.cloneNode(true));
  find("[name=recent]", find("#modal")).value = recent().join();
  showDialog();
  htmx.process(page.dialog); // it asks for what it shows at first
};
const pressPaletteKey = (e) => {
  const box = e.target;
  const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
  if (e.isComposing) return;
  if (step) {
    const all = optionsOf(box);
    const at = all.indexOf(markedOption(box));
    e.preventDefault();
    markOption(box, all.at(at < 0 ? Math.min(0, step) : (at + step) % all.length));
  } else if (e.key === "Enter" && !isAnswered(box)) openWhenAnswered = true; // and the form asks at once
  else if (e.key === "Enter") {
    e.preventDefault();
    markedOption(box)?.click();
  }
};
on("input", () => { openWhenAnswered = false; });
