/* Toasts leave after 6 s, but not while they are read, nor with a way to act in them or bad news. */

const expire = (toast) => setTimeout(() => {
  if (toast.matches(":hover, :focus-within")) expire(toast); else toast.remove();
}, 6000);
const watchToasts = () => findAll("#toasts .toast:not([data-seen])").forEach((toast) => {
  toast.dataset.seen = "";
  if (!toast.matches(".toast--bad") && !find("form, a[href]", toast)) expire(toast);
});
