// The rows of the plan on the page: their texts, the words beside them, and their exact sums.
(() => {
  const plan = document.querySelector("#plan[data-sample]");
  if (!plan) return;
  const $ = (selector, from = plan) => from.querySelector(selector);
  const $$ = (selector, from = plan) => [...from.querySelectorAll(selector)];
  const tell = (value) => document.dispatchEvent(new CustomEvent("announce", { detail: { value } }));
  const words = plan.dataset;
  const list = $("#plan_rows");
  // One visit of one page: the server tells by it whose save it has.
  const tab = Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join("");

  // Rows

  const rows = new Map();
  let made = 0;
  const fields = (row) => [...row.form.elements].filter((each) => each.matches("textarea, select, input:not([type=hidden], [type=radio])"));
  const texts = (row) => Object.fromEntries(fields(row).map((each) => [each.name, each.value]));
  const typed = (row) => JSON.stringify(texts(row));
  const isDirty = (row) => row.uncertain || typed(row) !== row.saved;
  const isWanting = (row) => isDirty(row) && !row.differs && typed(row) !== row.refused;
  const isStored = (row) => /\/\d+$/.test(row.form.action);
  const isBlank = (row) => !isStored(row) && typed(row) === row.saved;
  const live = () => [...list.children].filter((li) => !li.hidden).map((li) => rows.get(li));
  const rowOf = (node) => rows.get(node.closest?.(".plan-row"));

  const adopt = (li) => {
    const row = { li, form: $("form", li), turn: 0, key: li.dataset.key || `${tab}-${++made}` };
    row.saved = typed(row);
    rows.set(li, row);
    return row;
  };

  const addRow = () => {
    const copy = $("#blank_row").content.cloneNode(true);
    const li = $(".plan-row", copy);
    for (const node of $$("[id], [for], [aria-labelledby]", copy))
      for (const name of ["id", "for", "aria-labelledby"])
        if (node.hasAttribute(name)) node.setAttribute(name, node.getAttribute(name).replace("_new", `_${tab}${made}`));
    list.append(copy);
    const row = adopt(li);
    $("[name=csrf_token]", li).value = $("[name=csrf_token]", document).value;
    follow();
    return row;
  };

  const enter = (row, name = "title") => {
    const field = row.form.elements[name] ?? row.form.elements.title;
    field.focus();
    if (field.type !== "date" && field.setSelectionRange) field.setSelectionRange(field.value.length, field.value.length);
  };

  const show = (row, state, sentence = words[state] ?? "") => {
    const place = $(".plan-row__state", row.li);
    if (place.dataset.state === state && $("[data-state-words]", place).textContent === sentence) return;
    place.dataset.state = state;
    $("[data-state-words]", place).textContent = sentence;
    $("[data-retry]", place).hidden = state !== "failed";
    if (["failed", "differs"].includes(state)) tell(sentence);
  };

  // Sums, exact while typing

  const write = amounts.writer(words.sample, Number(words.exponent));
  const sumsOf = (row) => {
    const { price, signing_share, start_share, date_share, metric_share } = texts(row);
    const named = [signing_share, start_share, date_share, metric_share].map(amounts.points);
    const rest = named.includes(null) ? -1n : named.reduce((left, each) => left - each, 10000n);
    $("[data-rest]", row.li).textContent = rest < 0n ? "–" : `${Number(rest) / 100} %`;
    // What cannot be read yet counts as what it was before.
    row.amount = (price.trim() ? amounts.parse(price, Number(words.exponent), words.grouping) : 0n) ?? row.amount ?? 0n;
    return { amount: row.amount, option: texts(row).option ?? "", rest, parts: rest < 0n ? [] : amounts.allocate(row.amount, [...named, rest]) };
  };
  // What is always included, each option, and the least and the most that can be chosen.
  const choiceOf = (found) => {
    const of = (option) => found.reduce((sum, each) => sum + (each.option === option ? each.amount : 0n), 0n);
    const sums = { base: of("") };
    const tiers = [];
    let extra = 0n;
    for (const { dataset } of $$("#plan_sum [data-option]")) {
      const sum = (sums[`option-${dataset.option}`] = of(dataset.option));
      if (dataset.kind === "tier") tiers.push(sum);
      else extra += sum;
    }
    tiers.sort((one, other) => (one < other ? -1 : Number(one > other)));
    sums.low = sums.base + (tiers[0] ?? 0n);
    sums.high = sums.base + (tiers.at(-1) ?? 0n) + extra;
    return { ...sums, "low-payable": payable(sums.low), "high-payable": payable(sums.high) };
  };
  const payable = (price) => price + amounts.share(price, BigInt(words.rate), 100000n);
  const growsByItself = CSS.supports("field-sizing", "content");
  const number = () => live().forEach((row, index) => ($("[data-number]", row.li).textContent = index + 1));
  const follow = () => {
    number();
    if (!growsByItself) for (const area of $$("textarea")) area.rows = area.value.split("\n").length;
    const found = live().map(sumsOf);
    const fits = found.every(({ rest }) => rest >= 0n);
    $("[data-splits]").hidden = !fits;
    $("[data-splits-not]").hidden = fits;
    if (!fits) return;
    const price = found.reduce((sum, { amount }) => sum + amount, 0n);
    const sums = { price, payable: payable(price), ...choiceOf(found) };
    ["on_signing", "on_start", "on_date", "on_metric", "on_acceptance"].forEach((kind, at) => {
      sums[kind] = found.reduce((sum, { parts }) => sum + parts[at], 0n);
      for (const part of $$(`[data-part=${kind}]`)) part.hidden = !sums[kind];
    });
    for (const [name, sum] of Object.entries(sums)) {
      for (const place of $$(`[data-sum=${name}]`)) ($("bdi", place) ?? place).textContent = write(sum);
    }
  };

  globalThis.planRows = {
    $, $$, addRow, adopt, enter, fields, follow, isBlank, isDirty, isStored, isWanting, list, live, number, plan, rowOf, rows, show, tab, tell, texts, typed, words,
  };
})();
