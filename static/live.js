// An open page keeps itself true: it hears which version there is, fetches itself and morphs what differs.
(() => {
  let main = document.getElementById("main");
  const page = main?.dataset.live;
  if (!page) return;
  const LENT = "kept_";
  const address = main.dataset.listens ?? page.replace(/\/?$/, "/live");
  let stream, timer, misses, version, busy;
  let asking = 0;
  let asked = 0;
  let pressed = false;

  const isTyped = (it) => {
    if (it.type === "hidden" || it.disabled) return false;
    if (it.matches("[aria-invalid=true], [data-summary], [data-kept]")) return true;
    if (it.options) return it.selectedIndex !== Math.max(0, [...it.options].findIndex((each) => each.defaultSelected));
    if (/radio|checkbox/.test(it.type)) return it.checked !== it.defaultChecked;
    return it === document.activeElement || it.value !== it.defaultValue;
  };

  const placeOf = ({ id, localName }, fresh) => id && fresh.querySelector(`${localName}[id="${CSS.escape(id)}"]`);

  // What is being typed, or was asked for and stands nowhere else, stays as it is: its form, or where the new page has none, the part around it.
  const protect = (fresh) => {
    const kept = new Set();
    for (const it of main.querySelectorAll("input, select, textarea, [data-summary], [data-kept]")) {
      if (!isTyped(it)) continue;
      const form = it.closest("form");
      const alike = (root) => [...root.querySelectorAll("form")].filter((each) => each.action === form?.action);
      const twin = alike(fresh)[alike(main).indexOf(form)];
      let part = form ?? it;
      if (twin) part.id = twin.id ||= part.id || `${LENT}${kept.size}`;
      else while (part !== main && !placeOf(part, fresh)) part = part.parentElement;
      if (part === main) return;
      kept.add(part);
    }
    return kept;
  };

  // What the reader has opened or closed stays so; under other words it is another thing.
  const disclosures = (root) => {
    const found = new Map();
    for (const it of root.querySelectorAll("details")) {
      const words = it.querySelector("summary").textContent.replace(/[\d\s]+/g, " ");
      let key = it.id || `${it.closest("[id]").id}: ${words}`;
      while (found.has(key)) key += "+";
      found.set(key, it);
    }
    return found;
  };
  const unfold = (fresh) => {
    const before = disclosures(main);
    for (const [key, it] of disclosures(fresh)) it.open = (before.get(key) ?? it).open;
  };

  const ask = (from, kind = "partial") =>
    fetch(from, { headers: { "HX-Request": "true", "HX-Request-Type": kind }, signal: AbortSignal.timeout(30_000) });

  // The page has only the way into what was opened in its place, which is fetched beside it.
  const reopen = async (part, fresh) => {
    const door = fresh.querySelector(`[id="${CSS.escape(part.id)}"]`);
    const answer = door && (await ask(part.dataset.opened));
    if (answer?.ok) door.outerHTML = await answer.text();
  };

  const read = async () => {
    const answer = await ask(page, "full");
    const found = answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = found && found.getElementById("main");
    if (!fresh?.dataset.live) return;
    const opened = [...main.querySelectorAll("[data-opened]")].filter((part) => part.dataset.opened !== page);
    await Promise.all(opened.map((part) => reopen(part, fresh)));
    return found;
  };

  const morph = async (found) => {
    const fresh = found.getElementById("main");
    const kept = protect(fresh);
    if (!kept) return;
    unfold(fresh);
    const { seq } = main.dataset;
    const focused = document.activeElement;
    for (const told of main.querySelectorAll("[data-flash]")) fresh.prepend(told.cloneNode(true));
    for (const sheet of found.querySelectorAll("link[rel=stylesheet]"))
      if (!document.querySelector(`link[href="${sheet.getAttribute("href")}"]`)) document.head.append(sheet);
    for (const part of kept) part.setAttribute("hx-morph-skip", "");
    await htmx.swap({ text: fresh.outerHTML, target: main, sourceElement: main, swap: "outerMorph" });
    main = document.getElementById("main");
    for (const part of kept) {
      part.removeAttribute("hx-morph-skip");
      if (part.id.startsWith(LENT)) part.removeAttribute("id");
    }
    // Where a browser cannot move an element without taking it out, the focus goes with that.
    if (document.activeElement !== focused)
      (focused.isConnected ? focused : document.getElementById(focused.id))?.focus({ preventScroll: true });
    // What was left as it is is made up for when the version is told again.
    if (kept.size) main.dataset.version = "";
    if (main.dataset.seq !== seq)
      document.dispatchEvent(new CustomEvent("announce", { detail: { value: main.dataset.news } }));
  };

  const hear = async (told) => {
    version = told;
    if (busy || asking || pressed || version === main.dataset.version) return;
    busy = true;
    // An answer from before something that the page sent or opened meanwhile would take that away again.
    const before = asked;
    const isLate = () => asking || pressed || asked !== before;
    try {
      const found = await read();
      if (found && !isLate()) await morph(found);
    } catch {
      // Not reached: the version is told again.
    }
    busy = false;
    if (version !== told || isLate()) hear(version);
  };
  document.addEventListener("htmx:before:request", () => asking++);
  document.addEventListener("htmx:finally:request", () => {
    asking = Math.max(0, asking - 1);
    asked++;
    if (version) hear(version);
  });
  // A button that is replaced while it is held down would never know that it was clicked.
  const press = () => (pressed = true);
  const release = () => {
    if (!pressed) return;
    pressed = false;
    if (version) hear(version);
  };
  // The click itself comes after what ends the press.
  const end = () => setTimeout(release);
  addEventListener("pointerdown", ({ button }) => button === 0 && press(), true);
  for (const over of ["pointerup", "pointercancel", "blur"]) addEventListener(over, end);
  // Let go of outside the window.
  addEventListener("pointermove", ({ buttons }) => buttons || release());
  addEventListener("keydown", ({ key }) => key === " " && press(), true);
  addEventListener("keyup", ({ key }) => key === " " && end());
  // What a script sends by itself.
  document.addEventListener("sent", () => asked++);

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
    if (!document.hidden) after(misses < 3 ? 2 : 10, misses < 3 || misses % 6 === 0 ? listen : inquire);
  };
  const inquire = async () => {
    const answer = await ask(address).catch(() => {});
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
