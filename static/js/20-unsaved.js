/* Unsaved work is not lost unasked. */

/* form[data-guard] shows its [data-dirty] once something is typed, and we ask before it is lost.
   A form that came back with errors is still unsaved. */
const markDirty = (form) => {
  if (!form?.matches("[data-guard]")) return;
  page.unsaved.add(form);
  findAll("[data-dirty]", form).forEach((e) => { e.hidden = false; });
};
const unsavedIn = (root) => [...page.unsaved].some((form) => form.isConnected && root?.contains(form));
const mayDiscard = (root) => !unsavedIn(root) || confirm("Discard what you typed?");
on("input", (e) => markDirty(e.target.form));
addEventListener("beforeunload", (e) => { if (unsavedIn(document)) e.preventDefault(); });
