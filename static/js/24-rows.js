/* Repeated parts of a form: one more address or metadata pair, here instead of by a round trip. */

/* No number is given twice, or two rows would answer to one name. */
const nextNumber = (rows) => {
  const number = Number(rows.dataset.next ?? findAll("[data-row]", rows).length);
  rows.dataset.next = number;
  return number;
};
const addRow = (rows, template) => {
  const number = nextNumber(rows);
  rows.dataset.next = number + 1;
  const fill = (text) => text.replaceAll("__n__", number).replaceAll("__no__", number + 1);
  const copy = template.content.cloneNode(true);
  const texts = document.createTreeWalker(copy, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) texts.currentNode.data = fill(texts.currentNode.data);
  for (const element of findAll("*", copy)) {
    for (const attribute of element.attributes) attribute.value = fill(attribute.value);
  }
  const first = find("input:not([type=hidden]), select, textarea", copy);
  rows.append(copy);
  first?.focus();
};
