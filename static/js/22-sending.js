/* A form is sent once at a time. */

/* Its buttons are marked and not disabled: a disabled button loses the focus, and its name and value.
   After 10 s they work again, should the page still be here. */
const sending = new Map();
const hold = (form) => {
  if (sending.has(form)) return;
  const buttons = [...form.elements].filter((b) => b.type === "submit" && b.ariaDisabled !== "true");
  buttons.forEach((b) => { b.ariaDisabled = "true"; });
  form.dataset.sending = "";
  sending.set(form, { buttons, timer: setTimeout(release, 10_000, form) });
};
const release = (form) => {
  if (!sending.has(form)) return;
  const { buttons, timer } = sending.get(form);
  clearTimeout(timer);
  buttons.forEach((b) => { b.ariaDisabled = null; });
  delete form.dataset.sending;
  sending.delete(form);
};
on("submit", (e) => {
  if (!sending.has(e.target)) return;
  e.preventDefault();
  e.stopImmediatePropagation();
}, true);
on("submit", (e) => {
  const method = e.submitter?.getAttribute("formmethod") ?? e.target.getAttribute("method");
  if (e.defaultPrevented || method?.toLowerCase() !== "post") return; // prevented: htmx sends it
  page.unsaved.delete(e.target);
  hold(e.target);
});
addEventListener("pageshow", () => [...sending.keys()].forEach(release)); // "back" shows it as it was left
