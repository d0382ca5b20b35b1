/* The palette: the focus stays in its box while the arrows go through what was found. */

/* Enter opens; when it is faster than the answer to what was typed, it waits for that. */
let openWhenAnswered = false;
const options = () => findAll("[role=option]", page.dialog);
const markChosen = (box, option) => {
  const all = options();
  all.forEach((one) => { one.ariaSelected = String(one === option); });
  const refer = (name, id) => { if (id) box.setAttribute(name, id); else box.removeAttribute(name); };
  box.ariaExpanded = String(all.length > 0);
  refer("aria-controls", find("[role=listbox]", page.dialog)?.id);
  refer("aria-activedescendant", option?.id);
  option?.scrollIntoView({ block: "nearest" });
};
const chosenOption = () => find("[role=option][aria-selected=true]", page.dialog);
const isAnswered = (box) => find("#palette-results").dataset.q === box.value.trim();
const showFound = () => {
  const box = page.dialog && find("[role=combobox]", page.dialog);
  if (!box) return;
  markChosen(box, box.value.trim() && isAnswered(box) ? options()[0] : null);
  if (openWhenAnswered && isAnswered(box)) chosenOption()?.click();
};
const openPalette = () => {
  if (find("dialog[open]")) return; // never one dialog from another
  openWhenAnswered = false;
  find("#modal").replaceChildren(find("#palette").content.cloneNode(true));
  showDialog();
  htmx.process(page.dialog); // it asks for what it shows at first
};
const pressPaletteKey = (e) => {
  const box = e.target;
  const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
  if (e.isComposing) return;
  if (step) {
    const all = options();
    const at = all.indexOf(chosenOption());
    e.preventDefault();
    markChosen(box, all.at(at < 0 ? Math.min(0, step) : (at + step) % all.length));
  } else if (e.key === "Enter" && !isAnswered(box)) openWhenAnswered = true; // and the form asks at once
  else if (e.key === "Enter") {
    e.preventDefault();
    chosenOption()?.click();
  }
};
on("input", () => { openWhenAnswered = false; });
