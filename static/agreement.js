// The agreement's editor: variables inserted where the cursor is, and no typed text left behind.
(() => {
  let unsaved = false;
  const mark = (now) => {
    unsaved = now;
    for (const note of document.querySelectorAll("[data-unsaved-note]")) note.hidden = !now;
  };

  document.addEventListener("click", ({ target }) => {
    const chip = target.closest("[data-insert]");
    if (!chip) return;
    const area = chip.closest("[data-clause]").querySelector("textarea");
    area.setRangeText(chip.dataset.insert, area.selectionStart, area.selectionEnd, "end");
    area.focus();
    mark(true);
  });
  document.addEventListener("input", ({ target }) => target.closest("[data-unsaved]") && mark(true));

  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    // A refused save leaves the text where it is, unsaved.
    if (ctx.target?.id === "compose") mark(ctx.response.status >= 400);
  });
  document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
    // Saved, and on to another page: nothing is left behind.
    if (ctx.hx?.redirect && ctx.response.status < 400) unsaved = false;
  });
  document.addEventListener("submit", (event) => {
    // A real form post takes the text along; htmx has prevented it where it does.
    setTimeout(() => event.defaultPrevented || (unsaved = false));
  });
  window.addEventListener("beforeunload", (event) => unsaved && event.preventDefault());
})();
