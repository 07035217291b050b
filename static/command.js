// The menu on Ctrl+K: the search's field keeps the focus, arrows choose among what it finds.
(() => {
  const dialog = document.getElementById("command");
  const way = document.getElementById("command_way");
  if (!dialog?.showModal) return;
  const field = dialog.querySelector("input");
  const options = () => [...dialog.querySelectorAll("[role=option]")];
  const chosen = () => dialog.querySelector("[aria-selected=true]");

  const choose = (option) => {
    chosen()?.setAttribute("aria-selected", "false");
    if (!option) return field.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", option.id);
  };
  const move = (step) => {
    const all = options();
    const place = all.indexOf(chosen()) + (step < 0 && !chosen() ? 0 : step);
    choose(all.at(place % all.length));
  };
  const open = () => {
    if (dialog.open || document.querySelector("dialog[open]")) return;
    dialog.showModal();
    field.select();
    field.dispatchEvent(new Event("opened"));
  };

  document.addEventListener("keydown", (event) => {
    const isAsked = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k";
    if (!isAsked) return;
    event.preventDefault();
    if (dialog.open) dialog.close();
    else open();
  });
  way.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open();
  });
  dialog.addEventListener("click", ({ target }) => target === dialog && dialog.close());
  // A page behind another hash is this page.
  dialog.addEventListener("click", ({ target }) => target.closest("[role=option]") && dialog.close());
  field.addEventListener("keydown", (event) => {
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.isComposing || !(event.key in steps || event.key === "Enter")) return;
    if (event.key === "Enter" && !chosen()) return;
    event.preventDefault();
    if (event.key === "Enter") chosen().click();
    else if (options().length) move(steps[event.key]);
  });
  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    if (ctx.sourceElement !== field) return;
    field.setAttribute("aria-expanded", String(options().length > 0));
    // The best is chosen at once, where something was typed: Enter goes there.
    choose(field.value.trim() ? options()[0] : undefined);
  });
  field.addEventListener("input", () => choose());
})();
