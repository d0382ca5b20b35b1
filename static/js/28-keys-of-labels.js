/* A field's key is shown as it will be made of its label, until somebody types another one. */
const fieldKeyOf = (label) => {
  const letters = label.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const key = letters.replace(/[^a-z0-9]+/g, "_").replace(/^_+|_+$/g, "");
  return (/^[a-z]/.test(key) ? key : `field_${key}`).slice(0, 40).replace(/_+$/, "");
};
on("input", (e) => {
  const names = e.target.dataset?.names;
  if (names) document.getElementById(names)?.setAttribute("placeholder", e.target.value.trim() && fieldKeyOf(e.target.value));
});
