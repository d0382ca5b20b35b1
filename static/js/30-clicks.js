/* What a click does, by the attribute of the button or link. */

const clicks = {
  "[data-close]": (element, e) => {
    if (!page.dialog?.contains(element)) return;
    e.preventDefault();
    closeDialog();
  },
  "[data-backdrop]": (element, e) => { if (e.target === element) closeDialog(); },
  "[data-palette]": (element, e) => {
    if (e.ctrlKey || e.metaKey || e.shiftKey) return; // its page in another tab
    e.preventDefault();
    openPalette();
  },
  "[data-dismiss]": (button) => {
    button.closest(".toast")?.remove();
    giveFocus(find("#toasts [data-dismiss]"), { preventScroll: true });
  },
  "[data-copy]": async (button) => {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.dataset.copied = "";
      setTimeout(() => delete button.dataset.copied, 1500);
      say("Copied");
    } catch { say("Could not copy"); }
  },
  "[data-fill]": (button) => { // what is meant takes the place of what was typed
    const field = document.getElementById(button.dataset.fill);
    field.value = button.value;
    field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  },
  "[data-add]": (button, e) => {
    const name = button.dataset.add;
    const rows = find(`[data-rows="${name}"]`, button.form ?? document);
    const template = document.getElementById(`${name}-template`);
    if (!rows || !template) return;
    e.preventDefault();
    addRow(rows, template);
    markDirty(button.form);
  },
  "[data-remove-row]": (button, e) => {
    const { form } = button;
    const row = button.closest("[data-row]");
    const rows = row.closest("[data-rows]");
    const near = row.nextElementSibling ?? row.previousElementSibling;
    e.preventDefault();
    nextNumber(rows);
    row.remove();
    giveFocus((near && find("[data-remove-row]", near)) ?? find(`[data-add="${rows.dataset.rows}"]`));
    markDirty(form);
    say("Removed");
  },
};
on("click", (e) => {
  for (const [selector, react] of Object.entries(clicks)) {
    const element = e.target.closest(selector);
    if (element) react(element, e);
  }
});

/* A row opens wherever it is clicked, but not when something in it was selected by dragging; in another tab as its
   link would. */
let pressed = { clientX: 0, clientY: 0 };
on("pointerdown", (e) => { pressed = e; });
const openRow = (e) => {
  const cell = !e.target.closest("a, button, input, label") && e.target.closest("td");
  const link = cell && find(".rowlink", cell.parentElement);
  if (!link || Math.hypot(e.clientX - pressed.clientX, e.clientY - pressed.clientY) > 4) return;
  if (e.button === 1 || e.ctrlKey || e.metaKey || e.shiftKey) open(link.href, "_blank", "noopener");
  else link.click();
};
on("click", openRow);
on("auxclick", (e) => { if (e.button === 1) openRow(e); });

on("change", (e) => { if (e.target.matches("select[data-submit]")) e.target.form.requestSubmit(); });
