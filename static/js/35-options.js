/* A box with options below it (data-list names their place): the focus stays in the box, one option is marked. */

const optionsOf = (box) => findAll("[role=option]", document.getElementById(box.dataset.list) ?? box);
const markedOption = (box) => optionsOf(box).find((option) => option.ariaSelected === "true");
const markOption = (box, option) => {
  const all = optionsOf(box);
  all.forEach((one) => { one.ariaSelected = String(one === option); });
  const refer = (name, id) => { if (id) box.setAttribute(name, id); else box.removeAttribute(name); };
  box.ariaExpanded = String(all.length > 0);
  refer("aria-controls", all[0]?.closest("[role=listbox]").id);
  refer("aria-activedescendant", option?.id);
  option?.scrollIntoView({ block: "nearest" });
};
