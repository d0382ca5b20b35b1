// How the tests look at a page: as a person does, by what can be seen and what it is called.
const seen = (element) => element.checkVisibility({ visibilityProperty: true });
const squeezed = (text) => text.replace(/\s+/g, " ").trim();
// Beneath a dialog nothing can be used.
const place = () => document.querySelector("dialog:modal") ?? document;
const all = (css) => [...document.querySelectorAll(css)].filter(seen);
const nameOf = (element) => {
  const copy = element.cloneNode(true);
  copy.querySelectorAll("[aria-hidden=true]").forEach((part) => part.remove());
  return squeezed(element.getAttribute("aria-label") ?? copy.textContent);
};
// What can be pressed and is called so.
const pressable = (name) =>
  [...place().querySelectorAll("a[href], button, summary")].find((e) =>
    seen(e) && e.ariaHidden !== "true" && nameOf(e) === name);
// A person scrolls what they want to press away from the bars that stay at the edges.
const inReach = (element) => {
  element?.scrollIntoView({ block: "center", behavior: "instant" });
  return element;
};
// What can be filled in and is called so.
const control = (name) => {
  const words = (label) => {
    const copy = label.cloneNode(true);
    copy.querySelectorAll(".opt, small, select, input").forEach((part) => part.remove());
    return squeezed(copy.textContent);
  };
  return [...place().querySelectorAll("input, select, textarea")].find((e) =>
    seen(e) && (e.getAttribute("aria-label") === name || [...e.labels ?? []].some((label) => words(label) === name)));
};
// Until the page is drawn again.
const frame = () => new Promise(requestAnimationFrame);
// The page in a few words, for the message of a failure.
const outline = () => {
  const said = all("h1, h2, [role=alert], .toast").map((e) => squeezed(e.textContent)).join(" | ");
  const focus = document.activeElement;
  const where = focus === document.body ? "nothing" : `${focus.localName} “${nameOf(focus).slice(0, 40) || focus.id}”`;
  return `${location.pathname}${location.search}: ${document.title}: ${said}; the focus is on ${where}`;
};
