/* What is shown once is gone when the page is left, so that "back" does not bring it again. */
addEventListener("pagehide", () => findAll("[data-once]").forEach((e) => { e.textContent = "It was shown once."; }));
