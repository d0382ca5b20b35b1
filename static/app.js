/* What makes a page pleasant once it runs; every page works without it.
   The server writes the markup, this file reacts to the data attributes in it. No framework and no
   eval, so that `script-src 'self'` is enough. */
(() => {
  const find = (selector, root = document) => root.querySelector(selector);
  const findAll = (selector, root = document) => [...root.querySelectorAll(selector)];
  const on = (type, react, capture = false) => document.addEventListener(type, react, capture);
  /* the node itself or the first one in it, for content that was just swapped in */
  const within = (node, selector) => (node.matches?.(selector) ? node : node.querySelector?.(selector));

  /* Saying it: one polite region. A screen reader reads it when it changes, so it is emptied first,
     or the same words would be read only once. */
  let saying;
  let dialog = null;
  const say = (text) => {
    const live = (dialog && find("[data-live]", dialog)) ?? find("#live"); // the page is inert beneath a dialog
    if (!live || !text) return;
    clearTimeout(saying);
    live.textContent = "";
    saying = setTimeout(() => { live.textContent = text.trim(); }, 50);
  };

  /* Focus: to the same element again; if it was replaced, to its successor by id, or by its row's; if it
     is in a menu that closed, to the menu's button; if all are gone, to the heading of the page. */
  const successor = (gone) => {
    const row = document.getElementById(gone?.closest("tr")?.id);
    return document.getElementById(gone?.id) ?? (row && find(".rowlink", row));
  };
  const giveFocus = (wanted, options) => {
    const same = wanted?.isConnected ? wanted : successor(wanted);
    const menu = same?.closest("[popover]:not(:popover-open)");
    const button = menu && find(`[popovertarget="${CSS.escape(menu.id)}"]`);
    const usable = [same, button].find((e) => e && e !== document.body && e.checkVisibility());
    const target = usable ?? find("main h1") ?? find("main");
    if (target && target.tabIndex < 0) target.tabIndex = -1; // a heading takes focus only with it
    target?.focus(options);
  };

  /* Unsaved work: form[data-guard] shows its [data-dirty] once something is typed, and we ask before
     it is lost. A form that came back with errors is still unsaved. */
  const dirty = new Set();
  const soil = (form) => {
    if (!form?.matches("[data-guard]")) return;
    dirty.add(form);
    findAll("[data-dirty]", form).forEach((e) => { e.hidden = false; });
  };
  const unsavedIn = (root) => [...dirty].some((form) => form.isConnected && root?.contains(form));
  const mayDiscard = (root) => !unsavedIn(root) || confirm("Discard what you typed?");
  on("input", (e) => soil(e.target.form));
  addEventListener("beforeunload", (e) => { if (unsavedIn(document)) e.preventDefault(); });

  /* Dialogs: what the server puts into #modal is shown as one. The opener is remembered until the
     dialog is gone, also while a refused form replaces it by itself. */
  let opener = null;
  const showDialog = () => {
    const found = find("#modal dialog[data-modal]");
    if (!found || found === dialog) return;
    opener ??= document.activeElement;
    dialog = found;
    dialog.close(); // it may have been rendered open, but not as a modal one
    dialog.showModal();
    (find("[autofocus]", dialog) ?? find("[data-focus]", dialog))?.focus();
  };
  const dialogGone = () => {
    dialog = null;
    giveFocus(opener, { preventScroll: true });
    opener = null;
  };
  const closeDialog = () => {
    if (!mayDiscard(dialog)) return;
    find("#modal").replaceChildren();
    dialogGone();
  };
  on("cancel", (e) => { // the browser's own way to close it, like "back" on a phone
    if (!dialog || e.target !== dialog) return;
    e.preventDefault();
    closeDialog();
  }, true);

  /* One submit at a time. The buttons are marked and not disabled: a disabled button loses the focus,
     and its name and value. After 10 s they work again, should the page still be here. */
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
    dirty.delete(e.target);
    hold(e.target);
  });
  addEventListener("pageshow", () => [...sending.keys()].forEach(release)); // "back" shows it as it was left

  /* Toasts leave after 6 s, but not while they are read, nor with a way to act in them. */
  const expire = (toast) => setTimeout(() => {
    if (toast.matches(":hover, :focus-within")) expire(toast); else toast.remove();
  }, 6000);
  const watchToasts = () => findAll("#toasts .toast:not([data-seen])").forEach((toast) => {
    toast.dataset.seen = "";
    if (!find("form, a[href]", toast)) expire(toast);
  });

  /* Repeated parts of a form: one more address or metadata pair, here instead of by a round trip.
     No number is given twice, or two rows would answer to one name. */
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

  /* What a click does, by the attribute of the button or link. */
  const clicks = {
    "[data-close]": (element, e) => {
      if (!dialog?.contains(element)) return;
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
    "[data-add]": (button, e) => {
      const name = button.dataset.add;
      const rows = find(`[data-rows="${name}"]`, button.form ?? document);
      const template = document.getElementById(`${name}-template`);
      if (!rows || !template) return;
      e.preventDefault();
      addRow(rows, template);
      soil(button.form);
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
      soil(form);
      say("Removed");
    },
  };
  on("click", (e) => {
    for (const [selector, react] of Object.entries(clicks)) {
      const element = e.target.closest(selector);
      if (element) react(element, e);
    }
  });
  on("change", (e) => { if (e.target.matches("select[data-submit]")) e.target.form.requestSubmit(); });

  /* Keys: the markup says which does what (data-hotkey="g c"). Single keys only where nothing is typed,
     and not for those who turned them off (WCAG 2.1.4). */
  let before = { key: "", at: 0 };
  const singleKeysWork = (e) => document.documentElement.dataset.singleKeys !== "off" && !find("dialog[open]") &&
    !e.ctrlKey && !e.metaKey && !e.altKey && !e.isComposing &&
    !e.target.closest("input, select, textarea, [contenteditable]");
  const pressHotkey = (e) => {
    if (!singleKeysWork(e) || e.repeat) return;
    const pair = e.timeStamp - before.at < 900 ? `${before.key} ${e.key}` : e.key;
    before = { key: e.key, at: e.timeStamp };
    const meant = (key) => findAll(`[data-hotkey="${CSS.escape(key)}"]`);
    const targets = [...meant(pair), ...meant(e.key)];
    const target = targets.find((t) => t.checkVisibility()) ?? targets[0];
    if (!target) return;
    e.preventDefault();
    if (target.matches("input")) { target.focus(); target.select(); } else target.click();
  };

  /* The rows of the list: j and k go through them, and so do the arrows, which lead in from the search
     and back to it. The focus is on a row's own link, so Enter opens it. */
  const rowKeys = { j: 1, k: -1, ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity };
  const pressRowKey = (e) => {
    const step = rowKeys[e.key];
    const links = findAll("#results .rowlink");
    if (!step || !links.length || dialog || e.ctrlKey || e.metaKey || e.altKey || e.shiftKey || e.isComposing) return;
    const at = links.indexOf(e.target);
    const single = e.key.length === 1;
    if (single ? !singleKeysWork(e) : at < 0 && !(e.target.id === "q" && e.key === "ArrowDown")) return;
    e.preventDefault();
    if (e.key === "ArrowUp" && at === 0) return find("#q")?.focus();
    links[at < 0 ? 0 : Math.max(0, Math.min(at + step, links.length - 1))].focus();
  };

  /* The palette: the focus stays in its box while the arrows go through what was found. Enter opens; when
     it is faster than the answer to what was typed, it waits for that. */
  let hurried = false;
  const options = () => findAll("[role=option]", dialog);
  const choose = (box, option) => {
    const all = options();
    all.forEach((one) => { one.ariaSelected = String(one === option); });
    const refer = (name, id) => { if (id) box.setAttribute(name, id); else box.removeAttribute(name); };
    box.ariaExpanded = String(all.length > 0);
    refer("aria-controls", find("[role=listbox]", dialog)?.id);
    refer("aria-activedescendant", option?.id);
    option?.scrollIntoView({ block: "nearest" });
  };
  const chosen = () => find("[role=option][aria-selected=true]", dialog);
  const isAnswered = (box) => find("#palette-results").dataset.q === box.value.trim();
  const showFound = () => {
    const box = dialog && find("[role=combobox]", dialog);
    if (!box) return;
    choose(box, box.value.trim() && isAnswered(box) ? options()[0] : null);
    if (hurried && isAnswered(box)) chosen()?.click();
  };
  const openPalette = () => {
    if (find("dialog[open]")) return; // never one dialog from another
    hurried = false;
    find("#modal").replaceChildren(find("#palette").content.cloneNode(true));
    showDialog();
    htmx.process(dialog); // it asks for what it shows at first
  };
  const pressPaletteKey = (e) => {
    const box = e.target;
    const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    if (e.isComposing) return;
    if (step) {
      const all = options();
      const at = all.indexOf(chosen());
      e.preventDefault();
      choose(box, all.at(at < 0 ? Math.min(0, step) : (at + step) % all.length));
    } else if (e.key === "Enter" && !isAnswered(box)) hurried = true; // and the form asks at once
    else if (e.key === "Enter") {
      e.preventDefault();
      chosen()?.click();
    }
  };
  on("input", () => { hurried = false; });
  if (/Mac|iPhone|iPad/.test(navigator.platform)) findAll("[data-mac]").forEach((e) => { e.textContent = e.dataset.mac; });

  on("keydown", (e) => {
    if ((e.ctrlKey || e.metaKey) && !e.altKey && !e.shiftKey && e.key.toLowerCase() === "k" && find("#palette")) {
      e.preventDefault();
      return dialog?.matches(".palette") ? closeDialog() : openPalette();
    }
    if (e.target.matches("[role=combobox]")) pressPaletteKey(e);
    if (e.key !== "Escape") return pressRowKey(e), pressHotkey(e);
    if (e.isComposing) return;
    if (e.target.matches("input[type=search]") && e.target.value) { // clear it, and search again
      e.preventDefault();
      e.target.value = "";
      e.target.dispatchEvent(new Event("input", { bubbles: true }));
    } else if (dialog && !find(":popover-open", dialog)) { // before "cancel", which is not always asked
      e.preventDefault();
      closeDialog();
    }
  });

  /* The list follows the search box. What asks for the same list in another order or from another row
     takes along what was typed meanwhile, and what is shown or on its way already is not asked for again. */
  const loading = new Set(); // what asks for the list: one at a time, since the newest ends the others
  const shown = () => find("#results").dataset.q;
  on("htmx:config:request", (e) => {
    const { ctx } = e.detail;
    const { sourceElement: source, target, request } = ctx;
    const typed = find("#q")?.value.trim();
    if (target?.id !== "results" || typed === undefined) return;
    if (source.id === "search") {
      const latest = [...loading].at(-1);
      const known = latest ? latest.typed === typed : shown() === typed && !find("#search-problem [role=alert]");
      if (known && ctx.sourceEvent.type === "input") return e.preventDefault();
      if (latest && latest.sourceElement !== source) { // in the order that is on its way
        const { searchParams } = new URL(latest.request.action, location.href);
        const { body } = request;
        ["after", "before"].forEach((place) => searchParams.delete(place));
        [...body.keys()].forEach((name) => body.delete(name));
        searchParams.forEach((value, name) => body.append(name, value));
        body.set("q", typed);
      }
      if (!typed && !request.body.has("view")) request.body.delete("q"); // everything has the plain address
      ctx.typed = typed;
    } else {
      const url = new URL(request.action, location.href);
      ctx.typed = url.searchParams.get("q") ?? shown();
      if (!target.contains(source) || ctx.typed !== shown() || typed === shown()) return;
      ctx.typed = typed;
      url.searchParams.set("q", typed);
      ["after", "before"].forEach((place) => url.searchParams.delete(place));
      request.action = url.pathname + url.search;
    }
  });
  /* In the history what is typed at a time is one entry: the first answer makes it, those that follow take
     its place. Enter ends it, and so does coming back to the box. */
  let typing = false;
  on("focusin", (e) => { if (e.target.id === "q") typing = false; });
  on("htmx:before:swap", (e) => {
    const { ctx } = e.detail;
    if (ctx.lists && !loading.has(ctx)) return e.preventDefault(); // too late
    if (ctx.sourceElement.id !== "search") return;
    if (typing || ctx.request.action === location.pathname + location.search) {
      ctx.push = null;
      ctx.replace = "true";
    }
    typing = ctx.sourceEvent.type === "input";
  });
  /* What asks for itself, like the count, may have become another's place meanwhile. */
  on("htmx:before:request", ({ detail: { ctx } }) => { ctx.asks = ctx.sourceElement.dataset.hxGet; });
  on("htmx:before:response", (e) => {
    const { sourceElement: source, target, asks } = e.detail.ctx;
    if (source === target && source.dataset.hxGet !== asks) e.preventDefault();
  });

  /* htmx, a request: what it is for is marked busy, its form is held, trouble is told. */
  let troubleAt = 0;
  const showLoading = () => {
    const results = find("#results");
    if (results) results.ariaBusy = loading.size ? "true" : null;
  };
  /* the page is inert beneath a dialog, so what concerns the page is told in it */
  const noticePlace = () => (dialog && find(".dialog__body", dialog)) ?? find("#notices");
  on("htmx:before:request", (e) => {
    const { ctx } = e.detail;
    const { sourceElement: source, target } = ctx;
    if (!source.matches("form, body") && !mayDiscard(target)) return e.preventDefault();
    ctx.began = performance.now();
    ctx.held = ctx.request.method !== "GET" && source.closest("form");
    if (ctx.held) hold(ctx.held);
    ctx.opens = target?.id === "modal" && !dialog;
    if (ctx.opens) opener = source;
    ctx.lists = target?.id === "results";
    if (ctx.lists) {
      loading.forEach((older) => older.request.abort());
      loading.clear();
      loading.add(ctx);
    }
    showLoading();
  });
  on("htmx:after:request", (e) => { // an answer; what was asked after the trouble began ends it
    const { ctx } = e.detail;
    if (ctx.began > troubleAt) findAll("[data-passing]").forEach((notice) => notice.remove());
    if (ctx.response.status < 400) dirty.delete(ctx.held);
  });
  on("htmx:error", (e) => { // no answer: no connection, or the time is up. Else it is an error of ours
    const { ctx } = e.detail;
    const notice = find("#notice-offline")?.content.firstElementChild?.cloneNode(true);
    if (!ctx?.request || ctx.text !== undefined || !notice) return;
    findAll("[data-passing]").forEach((earlier) => earlier.remove());
    notice.dataset.passing = "";
    notice.setAttribute("role", "alert");
    troubleAt = performance.now();
    noticePlace()?.prepend(notice);
  });
  on("htmx:finally:request", (e) => {
    const { ctx } = e.detail;
    loading.delete(ctx);
    showLoading();
    if (ctx.held && !ctx.keepIndicators) release(ctx.held); // kept: it redirects
    if (ctx.opens && !dialog) opener = null;
  });

  /* htmx, new content: it is shown and said, and focus does not fall to the page's start with what
     was replaced. */
  let focused = null;
  const arrive = (nodes) => {
    showDialog();
    watchToasts();
    for (const node of nodes.filter((n) => n.nodeType === Node.ELEMENT_NODE)) {
      const wanted = within(node, "[data-focus]");
      if (wanted && !wanted.closest("dialog:not([open])") && !within(node, "dialog [autofocus]")) wanted.focus();
      soil(within(node, "form[data-guard]:has([data-dirty]:not([hidden]), [aria-invalid=true])"));
      const titled = within(node, "[data-title]"); // a part that is a page of its own names itself
      if (titled) document.title = titled.dataset.title;
      const tab = within(node, ".tabs [aria-current]"); // in sight, where the strip scrolls sideways
      if (tab) tab.parentElement.scrollLeft = tab.offsetLeft - tab.parentElement.offsetLeft - 16;
    }
  };
  on("htmx:before:swap", () => { focused = document.activeElement; });
  on("htmx:after:settle", (e) => {
    const nodes = e.detail.newContent;
    const isHere = (id) => e.target.id === id || nodes.some((node) => within(node, `#${id}`));
    arrive(nodes);
    if (isHere("results")) say((find("#results [data-status]") ?? find("#results"))?.dataset.status);
    if (isHere("palette-results")) {
      say(find("#palette-results").dataset.status);
      showFound();
    }
    if (isHere("count")) say(find("#count")?.textContent);
    if (e.target.id !== "notices") return;
    troubleAt = performance.now();
    if (dialog) noticePlace().prepend(...nodes);
  });
  on("htmx:after:swap", () => {
    if (dialog && !dialog.isConnected) dialogGone();
    else if (focused && !focused.isConnected && document.activeElement === document.body) giveFocus(focused);
  });

  arrive([document.body]);
})();
