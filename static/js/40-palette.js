/* The palette: the arrows go round through what was found. */

/* Enter opens; when it is faster than the answer to what was typed, it waits for that. */
let openWhenAnswered = false;
const isAnswered = (box) => find("#palette-results").dataset.q === box.value.trim();
const showFound = () => {
  const box = find("#palette-q", page.dialog ?? document.createElement("div"));
  if (!box) return;
  markOption(box, box.value.trim() && isAnswered(box) ? optionsOf(box)[0] : null);
  if (openWhenAnswered && isAnswered(box)) markedOption(box)?.click();
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
