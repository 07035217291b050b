// Saving: one save in flight per row; what is typed meanwhile goes into the next. An answer never
// touches an input, so no typed character can be lost to one.
(() => {
  if (!globalThis.planRows) return;
  const { $, $$, addRow, enter, fields, follow, isDirty, isStored, isWanting, live, number, plan, rows, show, tab, tell, texts, typed, words } = planRows;
  const PATIENCE = 30000;

  // What is not saved yet survives a reload

  const KEPT = `plan ${location.pathname}`;
  const kept = () => {
    try {
      return JSON.parse(sessionStorage.getItem(KEPT)) ?? {};
    } catch {
      return {};
    }
  };
  const keep = (row) => {
    const drafts = kept();
    delete drafts[row.key];
    const { revision } = row.form.elements;
    if (isDirty(row)) drafts[row.key] = { id: row.li.id, texts: texts(row), revision: revision.value, tab, turn: row.turn };
    try {
      sessionStorage.setItem(KEPT, JSON.stringify(drafts));
    } catch {
      // Where storage is forbidden or full, leaving the page still asks.
    }
  };
  const bringBack = () => {
    for (const [key, draft] of Object.entries(kept())) {
      const all = [...rows.values()];
      const row = all.find(({ li }) => li.id === draft.id) ?? all.find((each) => each.key === key) ?? addRow();
      if (!draft.id.match(/_\d+$/)) row.key = key;
      fields(row).forEach((field) => (field.value = draft.texts[field.name] ?? field.value));
      // What this window saved itself just before it was reloaded is no other hand's.
      const own = row.li.dataset.tab === draft.tab && Number(row.li.dataset.turn) <= draft.turn;
      if (!own && row.li.id === draft.id) row.form.elements.revision.value = draft.revision;
      if (isDirty(row)) tell(words.restored);
      keep(row);
      save(row);
    }
  };

  const sleepers = new Set();
  const wake = () => sleepers.forEach((rise) => rise());
  const sleep = (ms) =>
    new Promise((resolve) => {
      const rise = () => (sleepers.delete(rise), clearTimeout(timer), resolve());
      const timer = setTimeout(rise, ms);
      sleepers.add(rise);
    });

  const post = async (url, body) => {
    const headers = { "HX-Request": "true", "HX-Request-Type": "partial" };
    try {
      const signal = AbortSignal.timeout(PATIENCE);
      const response = await fetch(url, { method: "POST", body, headers, redirect: "manual", keepalive: document.hidden, signal });
      if (response.type === "opaqueredirect") return { status: 401 };
      return { status: response.status, part: new DOMParser().parseFromString(await response.text(), "text/html").body };
    } catch {
      return { status: 0 };
    }
  };

  // Signing in again elsewhere gives this page a token that is good again; says whether it is another.
  const renew = async () => {
    const held = $("[name=csrf_token]");
    try {
      const html = await (await fetch(location.href)).text();
      const token = $("#plan [name=csrf_token]", new DOMParser().parseFromString(html, "text/html"))?.value;
      if (!token) return words.signedOut;
      if (token === held.value) return words.failed;
      $$("[name=csrf_token]", document).forEach((field) => (field.value = token));
      return "";
    } catch {
      return words.failed;
    }
  };

  // Asks until there is an answer. `body` is made anew each time, so that it holds what is typed by
  // then; `report` says why there is none yet.
  const insist = async (report, url, body) => {
    for (let wait = 2000; ; wait = Math.min(2 * wait, PATIENCE)) {
      const answer = await post(url(), body());
      const { status } = answer;
      if (status && status < 500 && ![400, 401, 429].includes(status)) return answer;
      const why = status === 400 ? await renew() : status === 401 ? words.signedOut : undefined;
      if (why === "") continue;
      report(why);
      await sleep(wait);
    }
  };

  const place = (part, row) => {
    let isConfirmed = false;
    for (const companion of $$("hx-partial", part)) {
      const target = $(companion.getAttribute("hx-target"), document);
      const fresh = companion.firstElementChild;
      companion.remove();
      const isSum = target?.id === "plan_sum";
      // The sums on the page know what is typed and not saved yet; rows are counted by the server.
      if (isSum && live().some(isDirty)) $(".plan-foot__count").replaceWith($(".plan-foot__count", fresh));
      else if (target && fresh) {
        if (target.outerHTML !== fresh.outerHTML) target.replaceWith(fresh);
        isConfirmed ||= isSum;
      }
    }
    const fresh = row && $(".plan-answer", part);
    if (fresh) answered(row, fresh);
    (isConfirmed ? number : follow)();
  };

  const answered = (row, fresh) => {
    const old = $(".plan-answer", row.li);
    const had = old.contains(document.activeElement);
    old.replaceWith(fresh);
    row.form.action = fresh.dataset.action;
    row.li.id = `milestone_${fresh.dataset.milestone}`;
    for (const field of fields(row)) {
      const error = $(`[data-error-of="${field.name}"]`, fresh);
      if (error) {
        field.setAttribute("aria-invalid", "true");
        field.setAttribute("aria-describedby", error.id);
      } else ["aria-invalid", "aria-describedby"].forEach((name) => field.removeAttribute(name));
    }
    // What was not touched here is most likely wanted as the other window left it.
    const base = JSON.parse(row.saved);
    for (const each of $$("[data-difference]", fresh)) {
      const name = each.dataset.difference;
      if (base[name] === row.form.elements[name].value) $("[value=theirs]", each).checked = true;
    }
    if (had) enter(row, $("[aria-invalid]", row.li)?.name);
  };

  let making = Promise.resolve();
  const send = async (row) => {
    let text, read;
    const body = () => {
      [text, read] = [typed(row), row.reading];
      const sent = new URLSearchParams(new FormData(row.form));
      const more = { tab, turn: ++row.turn, key: row.key, reading: read?.value ?? "" };
      for (const [name, value] of Object.entries(more)) sent.set(name, value);
      // Until there is an answer nobody knows which text the server holds.
      row.uncertain = true;
      keep(row);
      show(row, "saving");
      return sent;
    };
    const failed = (sentence) => show(row, "failed", sentence);
    const ask = () => insist(failed, () => row.form.action, body);
    // New rows are made one after the other, so that they stand in the order they were typed.
    const { status, part } = await (isStored(row) ? ask() : (making = making.then(ask)));
    row.uncertain = false;
    row.reading = null;
    row.differs = Boolean($("[data-difference]", part));
    row.refused = status === 200 ? null : text;
    if (status === 200) row.saved = text;
    place(part, row);
    if (status === 200) confirmed(row, text, read);
    else if (row.differs) show(row, "differs");
    else show(row, "refused", $(".field__error", row.li) ? words.refused : words.stale);
    keep(row);
  };

  const confirmed = (row, text, read) => {
    const { price } = row.form.elements;
    if (read && price.value === JSON.parse(text).price) {
      price.value = read.dataset.amount;
      row.saved = JSON.stringify({ ...JSON.parse(text), price: price.value });
      follow();
    }
    show(row, isDirty(row) ? "" : "saved");
  };

  const save = (row) => {
    clearTimeout(row.timer);
    wake();
    row.sending ??= (async () => {
      while (isWanting(row)) await send(row);
    })().finally(() => (row.sending = null));
    return row.sending;
  };

  globalThis.planSaving = { bringBack, insist, keep, place, save, send, wake };
})();
