// An open page keeps itself true: it hears which version there is, fetches itself and morphs what differs.
(() => {
  let main = document.getElementById("main");
  const page = main?.dataset.live;
  if (!page) return;
  const address = page.replace(/\/?$/, "/live");
  let stream, timer, misses, version, busy;

  const isTyped = (it) => {
    if (it.type === "hidden" || it.disabled) return false;
    if (it.matches("[aria-invalid=true]")) return true;
    if (it.options) return it.selectedIndex !== Math.max(0, [...it.options].findIndex((each) => each.defaultSelected));
    if (/radio|checkbox/.test(it.type)) return it.checked !== it.defaultChecked;
    return it === document.activeElement || it.value !== it.defaultValue;
  };

  // What is being typed stays as it is: its form, or where the new page has none, the part around it.
  const protect = (fresh) => {
    const kept = new Set();
    for (const it of main.querySelectorAll("input, select, textarea")) {
      if (!isTyped(it)) continue;
      const alike = (root) => [...root.querySelectorAll("form")].filter((each) => each.action === it.form?.action);
      const twin = alike(fresh)[alike(main).indexOf(it.form)];
      let part = it.form ?? it;
      if (twin) part.id = twin.id ||= part.id || `kept_${kept.size}`;
      else while (part !== main && !(part.id && fresh.querySelector(`[id="${part.id}"]`))) part = part.parentElement;
      if (part === main) return;
      kept.add(part);
    }
    return kept;
  };

  const morph = async (text) => {
    const found = new DOMParser().parseFromString(text, "text/html");
    const fresh = found.getElementById("main");
    const kept = fresh?.dataset.live && protect(fresh);
    if (!kept) return;
    const { seq } = main.dataset;
    for (const told of main.querySelectorAll("[data-flash]")) fresh.prepend(told.cloneNode(true));
    for (const sheet of found.querySelectorAll("link[rel=stylesheet]"))
      if (!document.querySelector(`link[href="${sheet.getAttribute("href")}"]`)) document.head.append(sheet);
    for (const part of kept) part.setAttribute("hx-morph-skip", "");
    const ignored = htmx.config.morphIgnore;
    // What the reader has opened or closed stays so.
    htmx.config.morphIgnore = [...ignored, "open"];
    await htmx.swap({ text: fresh.outerHTML, target: main, sourceElement: main, swap: "outerMorph" });
    htmx.config.morphIgnore = ignored;
    main = document.getElementById("main");
    for (const part of kept) part.removeAttribute("hx-morph-skip");
    // What was left as it is is made up for when the version is told again.
    if (kept.size) main.dataset.version = "";
    if (main.dataset.seq !== seq)
      document.dispatchEvent(new CustomEvent("announce", { detail: { value: main.dataset.news } }));
  };

  const hear = async (told) => {
    version = told;
    if (busy || version === main.dataset.version) return;
    busy = true;
    try {
      const answer = await fetch(page, { headers: { "HX-Request": "true" } });
      if (answer.ok) await morph(await answer.text());
    } catch {
      // Not reached: the version is told again.
    }
    busy = false;
    if (version !== told) hear(version);
  };

  const close = () => {
    clearTimeout(timer);
    stream?.close();
  };
  const after = (seconds, act) => {
    clearTimeout(timer);
    timer = setTimeout(act, seconds * (500 + 1000 * Math.random()));
  };
  // Two more tries, then a question every ten seconds and a stream again once a minute.
  const miss = () => {
    close();
    misses++;
    if (!document.hidden) after(misses < 3 ? 2 : 10, misses < 3 || misses % 6 === 0 ? listen : ask);
  };
  const ask = async () => {
    const answer = await fetch(address, { headers: { "HX-Request": "true" } }).catch(() => {});
    if (answer?.status >= 400 && answer.status < 500) return;
    if (answer?.ok) hear(await answer.text());
    miss();
  };
  const listen = () => {
    stream = new EventSource(address);
    stream.onmessage = ({ data }) => {
      if (data === "over") return close();
      misses = 0;
      after(45, miss);
      hear(data);
    };
    stream.onerror = miss;
    // A proxy that gathers what it passes on would keep us waiting for good.
    after(10, miss);
  };
  const show = () => {
    close();
    misses = 0;
    if (!document.hidden) listen();
  };
  document.addEventListener("visibilitychange", show);
  addEventListener("pageshow", ({ persisted }) => persisted && show());
  show();
})();
