/* What every script here uses: ways to find and to listen, and what the page is doing. */

/* They make a page pleasant once it runs; every page works without them. The server writes the markup,
   they react to the data attributes in it. No framework and no eval, so that `script-src 'self'` is enough. */
const find = (selector, root = document) => root.querySelector(selector);
const findAll = (selector, root = document) => [...root.querySelectorAll(selector)];
const on = (type, react, capture = false) => document.addEventListener(type, react, capture);
/* the node itself or the first one in it, for content that was just swapped in */
const within = (node, selector) => (node.matches?.(selector) ? node : node.querySelector?.(selector));

const page = {
  dialog: null, // the one that is shown
  opener: null, // what opened it, and has the focus again once it is gone
  unsaved: new Set(), // forms in which something was typed
  loading: new Set(), // requests for the list: one at a time, since the newest ends the others
  lastFailureAt: 0, // when an answer was missing or told of trouble
};
