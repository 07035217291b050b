// Behaviour every page shares. Nothing here is needed to use the page; it only makes it kinder.
(() => {
  const root = document.documentElement;
  const $ = (selector, from = document) => from.querySelector(selector);
  const say = (text) => {
    const live = $("#live");
    if (!live || !text) return;
    live.textContent = "";
    setTimeout(() => (live.textContent = text), 80);
  };
  const words = (name) => document.body.dataset[name];

  // Theme
  const theme = (value) => {
    if (value === "system") delete root.dataset.theme;
    else root.dataset.theme = value;
    try {
      localStorage.setItem("theme", value);
    } catch {
      // Kept for this page only where storage is forbidden.
    }
  };
  const markTheme = () => {
    const chosen = $(`[data-theme-switch] [value="${root.dataset.theme ?? "system"}"]`);
    if (chosen) chosen.checked = true;
  };
  document.addEventListener("change", ({ target }) => target.closest("[data-theme-switch]") && theme(target.value));

  // Offline
  const connection = () => {
    const banner = $("#offline");
    if (!banner) return;
    if (!navigator.onLine && banner.hidden) say(banner.textContent);
    banner.hidden = navigator.onLine;
  };
  addEventListener("online", connection);
  addEventListener("offline", connection);

  // Toasts and notices
  const toast = (text, kind) => {
    const box = document.createElement("div");
    box.className = "toast";
    box.dataset.kind = kind;
    box.dataset.toast = "";
    const line = document.createElement("p");
    line.textContent = text;
    box.append(line);
    for (const old of document.querySelectorAll("#toasts [data-own]")) old.remove();
    box.dataset.own = "";
    $("#toasts")?.append(box);
  };
  const dismiss = (button) => {
    const box = button.closest("[data-toast], [data-flash]");
    const next = box.parentElement.querySelector(`[data-toast]:not(#${CSS.escape(box.id || "-")}) button`);
    box.remove();
    (next?.isConnected ? next : $("h1") ?? $("#main"))?.focus();
  };
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes)
      for (const node of addedNodes) if (node.matches?.("[data-toast]")) say($("p", node)?.textContent);
  }).observe($("#toasts") ?? document.body, { childList: true });

  // Clicks: dismiss, copy, and disclosures that close when one leaves them
  document.addEventListener("click", async ({ target }) => {
    const gone = target.closest("[data-dismiss]");
    if (gone) dismiss(gone);
    const copy = target.closest("[data-copy]");
    if (copy) {
      await navigator.clipboard.writeText(copy.dataset.copy);
      copy.dataset.done = words("copied");
      say(words("copied"));
      setTimeout(() => delete copy.dataset.done, 2000);
    }
    for (const menu of document.querySelectorAll("details[data-menu][open]"))
      if (!menu.contains(target)) menu.open = false;
  });
  document.addEventListener("keydown", ({ key, target }) => {
    const menu = key === "Escape" && target.closest?.("details[data-menu][open]");
    if (!menu) return;
    menu.open = false;
    $("summary", menu).focus();
  });

  // Announcements the server sends: HX-Trigger: {"announce": "…"}
  document.addEventListener("announce", ({ detail }) => say(detail?.value ?? detail?.text));

  // Focus: the summary of errors first; else where it was; else the heading
  const toSummary = (from) => {
    const summary = $("[data-summary]", from);
    summary?.focus();
    return Boolean(summary);
  };
  document.addEventListener("htmx:after:swap", ({ detail }) => {
    markTheme();
    const status = detail.ctx?.response?.status ?? 200;
    if (status >= 400 && toSummary(document)) return;
    if (document.activeElement && document.activeElement !== document.body) return;
    const place = detail.ctx?.target?.isConnected ? detail.ctx.target : document;
    ($("[autofocus], h1, h2, h3", place) ?? $("h1"))?.focus();
  });

  // Slow requests: after 400 ms something moves, after 8 s it says so
  let pending = 0;
  let timers = [];
  const indicator = () => {
    let bar = $("#slow");
    if (bar) return bar;
    bar = document.createElement("div");
    bar.id = "slow";
    bar.className = "slow";
    bar.append(document.createElement("p"));
    document.body.append(bar);
    return bar;
  };
  const begin = () => {
    if (pending++) return;
    timers = [
      setTimeout(indicator, 400),
      setTimeout(() => {
        $("p", indicator()).textContent = words("slow");
        say(words("slow"));
      }, 8000),
    ];
  };
  const end = () => {
    pending = Math.max(0, pending - 1);
    if (pending) return;
    timers.forEach(clearTimeout);
    $("#slow")?.remove();
  };
  document.addEventListener("htmx:before:request", begin);
  document.addEventListener("htmx:finally:request", end);
  document.addEventListener("submit", (event) => setTimeout(() => event.defaultPrevented || begin()));
  addEventListener("pageshow", () => ((pending = 1), end()));
  document.addEventListener("htmx:error", ({ detail }) => {
    if (detail.ctx?.status?.startsWith("error")) toast(words("failed"), "error");
  });

  markTheme();
  connection();
  if (!toSummary(document)) say($("[data-flash] .notice__text")?.textContent);
})();
