// Behaviour every page shares. Nothing here is needed to use the page; it only makes it kinder.
(() => {
  const root = document.documentElement;
  const on = (name, act, where = document) => where.addEventListener(name, act);
  const $ = (selector, from = document) => from.querySelector(selector);
  const say = (text) => {
    $("#live").textContent = "";
    // Readers only notice text that arrives after the region was empty.
    if (text) setTimeout(() => ($("#live").textContent = text), 80);
  };

  // What is opened while one types stays open when an answer takes the page's place.
  globalThis.htmx?.registerExtension("stays", {
    htmx_before_morph_attr: (it, { attrName, newValue }) => !(attrName === "open" && newValue === null && "stays" in it.dataset),
  });

  const markTheme = () => {
    const choice = $(`[data-theme-switch] [value=${root.dataset.theme ?? "system"}]`);
    if (choice) choice.checked = true;
  };
  on("change", ({ target }) => {
    if (!target.closest("[data-theme-switch]")) return;
    if (target.value === "system") delete root.dataset.theme;
    else root.dataset.theme = target.value;
    try {
      localStorage.setItem("theme", target.value);
    } catch {
      // Where storage is forbidden the choice holds for this page.
    }
  });

  const connection = () => {
    const banner = $("#offline");
    if (!navigator.onLine && banner.hidden) say(banner.textContent);
    banner.hidden = navigator.onLine;
  };
  on("online", connection, window);
  on("offline", connection, window);

  const dismiss = (button) => {
    button.closest("[data-toast], [data-flash]").remove();
    ($("[data-toast]:last-child button") ?? $("h1") ?? $("#main")).focus();
  };
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes)
      for (const node of addedNodes) if (node.dataset) say($("p", node)?.textContent);
  }).observe($("#toasts"), { childList: true });

  const copy = async (button) => {
    const { copy: text, copied } = button.dataset;
    if (navigator.clipboard) await navigator.clipboard.writeText(text);
    else {
      // Over plain http there is no clipboard API.
      const area = document.createElement("textarea");
      area.value = text;
      button.after(area);
      area.select();
      document.execCommand("copy");
      area.remove();
      button.focus();
    }
    button.dataset.done = copied;
    say(copied);
    setTimeout(() => delete button.dataset.done, 2000);
  };

  const openMenus = "details[data-menu][open]";
  on("click", ({ target }) => {
    const pressed = target.closest("[data-dismiss], [data-copy]");
    if (pressed) (pressed.dataset.copy ? copy : dismiss)(pressed);
    for (const menu of document.querySelectorAll(openMenus)) if (!menu.contains(target)) menu.open = false;
  });
  on("keydown", ({ key, target }) => {
    const menu = key === "Escape" && target.closest(openMenus);
    if (!menu) return;
    menu.open = false;
    $("summary", menu).focus();
  });

  // Events the server sends in HX-Trigger: heard only, or heard and shown.
  on("announce", ({ detail }) => say(detail.value));
  on("toast", ({ detail }) => {
    const told = $("#told").content.cloneNode(true);
    $("p", told).textContent = detail.value;
    $("#toasts").append(told);
  });

  const toSummary = () => {
    const summary = $("[data-summary]");
    summary?.focus();
    return summary;
  };
  on("htmx:after:swap", ({ detail: { ctx } }) => {
    markTheme();
    if (ctx.response?.status >= 400 && toSummary()) return;
    // Only focus that the swap took away is given a new place: a page that refreshes itself steals none.
    if (!ctx.focus || document.activeElement !== document.body) return;
    const place = (ctx.target?.isConnected && $("h1, h2, h3", ctx.target)) || $("h1");
    if (!place) return;
    place.tabIndex = -1;
    place.focus();
  });

  let pending = 0;
  let timers = [];
  const slow = (moves, speaks) => {
    $("#slow").hidden = !moves;
    $("#slow p").hidden = !speaks;
    if (speaks) say($("#slow p").textContent);
  };
  const begin = () => {
    if (!pending++) timers = [setTimeout(slow, 400, true), setTimeout(slow, 8000, true, true)];
  };
  const end = () => {
    pending = Math.max(0, pending - 1);
    if (pending) return;
    timers.forEach(clearTimeout);
    slow();
  };
  on("htmx:before:request", ({ detail: { ctx } }) => {
    ctx.focus = document.activeElement !== document.body;
    begin();
  });
  on("htmx:finally:request", end);
  on("submit", (event) => {
    const leaves = () => !event.defaultPrevented && !event.target.matches("[data-download]");
    setTimeout(() => leaves() && begin());
  });
  on("pageshow", ({ persisted }) => persisted && ((pending = 1), end()), window);
  on("htmx:error", ({ detail: { ctx } }) => {
    if (!ctx || ctx.response || ctx.sourceElement.closest("[data-own-errors]")) return;
    $("#toasts [data-failed]")?.remove();
    $("#toasts").append($("#failed").content.cloneNode(true));
  });

  // htmx, deferred as it is, waits for a timer of its own to look at the page; who is quick, or whose
  // machine is slow, would press before it does.
  on("DOMContentLoaded", () => globalThis.htmx?.initialize());

  markTheme();
  connection();
  if (!toSummary()) say($("[data-flash] p")?.textContent);
})();
