// The plan's editor: moving, deleting, leaving and the keys. Without it every row has a Save button.
(() => {
  if (!globalThis.planSaving) return;
  const { $, $$, addRow, adopt, enter, fields, follow, isBlank, isDirty, list, live, plan, rowOf, rows, show, tell, typed, words } = planRows;
  const { bringBack, insist, keep, place, save, send, wake } = planSaving;
  const on = (name, act, where = plan) => where.addEventListener(name, act);
  const AFTER_TYPING = 600;

  // Order, deletion and undo: one after the other, each after what was typed in its row

  let waiting = 0;
  let queue = Promise.resolve();
  const next = (act) => {
    waiting++;
    queue = queue.then(act).finally(() => waiting--);
    return queue;
  };
  const token = () => new URLSearchParams({ csrf_token: $("[name=csrf_token]").value });
  const late = (sentence = words.moved) => {
    $("#plan_late").hidden = false;
    $("#plan_late output").textContent = sentence;
    tell(sentence);
  };
  const ask = async (url, more = {}) => {
    const answer = await insist(late, () => url, () => {
      const body = token();
      for (const [name, value] of Object.entries(more)) body.set(name, value);
      return body;
    });
    $("#plan_late").hidden = true;
    if (answer.status !== 200) late(words.stale);
    return answer;
  };

  const keepPlace = (row) =>
    next(async () => {
      await save(row);
      if (isBlank(row)) await send(row);
      const stored = live().filter((each) => !isBlank(each));
      const { status, part } = await ask(`${row.form.action}/place`, { position: stored.indexOf(row) });
      if (status === 200) place(part);
    });

  const move = (row, by) => {
    const all = live();
    const other = all[all.indexOf(row) + by];
    if (!other) return;
    // The neighbour moves, so that the row that is typed in keeps focus and caret.
    if (by < 0) row.li.after(other.li);
    else row.li.before(other.li);
    follow();
    tell(words.place.replace("#", live().indexOf(row) + 1));
    keepPlace(row);
  };

  const remove = (row) => {
    const all = live();
    const near = all[all.indexOf(row) + 1] ?? all[all.indexOf(row) - 1];
    if (isBlank(row) && !row.sending) {
      rows.delete(row.li);
      row.li.remove();
    } else {
      row.li.hidden = true;
      next(() => drop(row));
    }
    follow();
    (near ? $("[data-delete]", near.li) : $("[data-add] button")).focus();
  };

  // The row stays, hidden, with all that is typed in it: undo only has to show it.
  const drop = async (row) => {
    await save(row);
    const { status, part } = await ask(`${row.form.action}/deletion`);
    if (status === 200) {
      const undo = $("#deleted template", part).content;
      $("#deleted template", part).remove();
      $("#deleted").replaceWith($("#deleted", part));
      $("#toasts", document).append(undo);
      place(part);
    } else row.li.hidden = false;
    follow();
  };

  const undo = (action) =>
    next(async () => {
      const { status, part } = await ask(action);
      if (status !== 200) return;
      const fresh = $(".plan-row", part);
      const li = $(`#${fresh.id}`, list) ?? fresh;
      const behind = $(`#milestone_${fresh.dataset.behind}`, list);
      if (behind) behind.after(li);
      else list.prepend(li);
      li.hidden = false;
      const row = rows.get(li) ?? adopt(li);
      for (const form of $$("[data-toast] form", document)) if (form.action === action) form.closest("[data-toast]").remove();
      place(part);
      enter(row);
    });

  // Leaving

  const isBusy = () => waiting > 0 || [...rows.values()].some((row) => row.sending || (isDirty(row) && !row.li.hidden));
  const settle = () => Promise.race([Promise.all([queue, ...[...rows.values()].map(save)]), new Promise((resolve) => setTimeout(resolve, 3000))]);
  on("beforeunload", (event) => isBusy() && event.preventDefault(), window);
  on("visibilitychange", () => (document.hidden ? [...rows.values()].forEach(save) : wake()), document);
  on("online", wake, window);
  on("click", async (event) => {
    const link = event.target.closest("a[href]");
    const leaves = link && !link.target && !link.getAttribute("href").startsWith("#") && !event.metaKey && !event.ctrlKey && !event.shiftKey;
    if (!leaves || !isBusy()) return;
    event.preventDefault();
    await settle();
    location.href = link.href;
  }, document);
  on("submit", async (event) => {
    const { target: form, submitter } = event;
    if (form.method === "dialog") return;
    const row = rowOf(form);
    if (!row && form.matches(":not([data-add], [action$='/restoration'])")) {
      if (!isBusy()) return;
      event.preventDefault();
      await settle();
      return isBusy() ? form.submit() : form.requestSubmit(submitter);
    }
    event.preventDefault();
    if (form.matches("[data-add]")) enter(live().find(isBlank) ?? addRow());
    else if (!row) undo(form.action);
    else decide(row, submitter);
  }, document);

  const decide = (row, button) => {
    row.refused = null;
    if (button?.name === "reading") row.reading = button;
    if (button?.matches("[data-decide]")) {
      for (const each of $$("[data-difference]", row.li)) {
        const chosen = $(":checked", each);
        if (chosen.value === "theirs") row.form.elements[each.dataset.difference].value = chosen.dataset.value;
      }
      row.differs = false;
      row.uncertain = true;
      follow();
    }
    save(row);
  };

  // Typing and keys

  on("input", ({ target }) => {
    const row = rowOf(target);
    if (!row || target.type === "radio") return;
    clearTimeout(row.timer);
    row.timer = setTimeout(save, AFTER_TYPING, row);
    if (!row.differs && !row.sending) show(row, "");
    const mine = $(`[data-difference="${target.name}"] bdi`, row.li);
    if (mine) mine.textContent = target.value;
    keep(row);
    follow();
  });
  on("focusout", ({ target, relatedTarget }) => {
    const row = rowOf(target);
    if (row && !row.li.contains(relatedTarget)) save(row);
  });
  on("click", (event) => {
    const button = event.target.closest("[data-move], [data-delete], [data-retry], [data-keys]");
    if (!button) return;
    event.preventDefault();
    if (button.matches("[data-keys]")) return $("#keys").showModal();
    const row = rowOf(button);
    if (button.matches("[data-retry]")) return row ? save(row) : wake();
    if (button.matches("[data-delete]")) return remove(row);
    move(row, Number(button.dataset.move));
  });
  on("keydown", (event) => {
    const row = rowOf(event.target);
    const { key, altKey } = event;
    if (!row || event.isComposing) return;
    const isField = fields(row).includes(event.target);
    const isPlain = !altKey && !event.shiftKey && !event.ctrlKey && !event.metaKey;
    if (altKey && ["ArrowUp", "ArrowDown"].includes(key)) move(row, key === "ArrowUp" ? -1 : 1);
    else if (key === "Enter" && isPlain && isField) goOn(row, event.target.name);
    else if (key === "Escape" && isField && typed(row) !== row.saved) revert(row);
    else return;
    event.preventDefault();
  });
  on("keydown", (event) => {
    if (event.key === "?" && !event.target.matches("input, textarea, select")) $("#keys").showModal();
  }, document);

  const goOn = (row, name) => {
    save(row);
    const all = live();
    const following = all[all.indexOf(row) + 1];
    if (following) enter(following, name);
    else if (!isBlank(row)) enter(addRow());
  };

  const revert = (row) => {
    clearTimeout(row.timer);
    const saved = JSON.parse(row.saved);
    fields(row).forEach((field) => (field.value = saved[field.name]));
    row.refused = null;
    if (!row.differs) $$(".plan-answer > :not(input)", row.li).forEach((each) => each.remove());
    fields(row).forEach((field) => field.removeAttribute("aria-invalid"));
    if (!row.sending) show(row, row.differs ? "differs" : "saved");
    keep(row);
    follow();
  };

  // Dragging by the number; the Move buttons and Alt with an arrow do the same

  let dragged = null;
  on("dragstart", (event) => {
    dragged = event.target.closest(".plan-row");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setDragImage(dragged, 0, 0);
  }, list);
  on("dragover", (event) => {
    const over = event.target.closest(".plan-row");
    if (!dragged || !over) return;
    event.preventDefault();
    const { top, height } = over.getBoundingClientRect();
    if (over !== dragged) over[event.clientY > top + height / 2 ? "after" : "before"](dragged);
  }, list);
  on("dragend", () => {
    follow();
    if (dragged) keepPlace(rows.get(dragged));
    dragged = null;
  }, list);

  [...list.children].forEach(adopt);
  if (!rows.size) addRow();
  bringBack();
  follow();
})();
