/* The last button of a form about money says what it will do, while the amount is typed. */

/* The amount as the server will read it, written with its groups; nothing for what it may read otherwise or refuse. */
const amountOf = (text, digits) => {
  const [whole, decimals = "", ...more] = text.trim().split(".");
  const groups = whole.split(/[, '’]/);
  const isGrouped = /^[1-9]\d{0,2}$/.test(groups[0]) && groups.slice(1).every((group) => /^\d{3}$/.test(group));
  const kept = decimals.replace(/0+$/, "");
  const isNumber = (groups.length === 1 || isGrouped) && /^\d+$/.test(groups.join("")) && /^\d*$/.test(decimals);
  const isAmbiguous = digits === 3 ? groups.length === 2 && !text.includes(".") : decimals.length === 3;
  if (more.length > 0 || !isNumber || isAmbiguous || kept.length > digits) return null;
  const number = groups.join("").replace(/^0+(?=\d)/, "");
  if (/^0*$/.test(number + kept)) return null;
  return number.replace(/\B(?=(\d{3})+$)/g, ",") + (digits > 0 ? `.${kept.padEnd(digits, "0")}` : "");
};
const repeatAmount = (button) => {
  const { amount, currency } = button.form.elements;
  const { verb, plain = button.textContent } = button.dataset;
  const code = button.dataset.currency ?? currency?.value;
  const digits = Number(button.dataset.digits ?? currency?.selectedOptions[0]?.dataset.digits ?? 2);
  const method = find("[name=method]:checked", button.form)?.dataset.title ?? button.dataset.method;
  const written = code && amountOf(amount.value, digits);
  button.dataset.plain = plain;
  button.textContent = written ? `${verb} ${code} ${written}${method ? ` to ${method}` : ""}` : plain;
};
const repeatAmounts = (root) => findAll("button[data-verb]", root).forEach(repeatAmount);
on("input", (e) => { if (e.target.form) repeatAmounts(e.target.form); });
addEventListener("pageshow", () => repeatAmounts(document)); // "back" brings back what was typed
