// Options of the plan: a new name shows at once wherever the option is named.
(() => {
  const of = (selector, id) => document.querySelectorAll(selector.replaceAll("#", CSS.escape(id)));
  document.addEventListener("input", ({ target }) => {
    const id = target.dataset?.names;
    if (!id) return;
    const blanks = [...document.querySelectorAll("#blank_row")].flatMap((blank) => [...blank.content.querySelectorAll(`[name=option] [value="${CSS.escape(id)}"]`)]);
    for (const each of [...of('[name=option] [value="#"]', id), ...blanks]) each.textContent = each.dataset.words.replace("#", target.value || "–");
    for (const each of of('[data-name="#"]', id)) each.textContent = target.value || "–";
  });
  document.addEventListener("change", ({ target }) => {
    // Only one tier is recommended.
    if (!target.matches(".option [name=recommended]") || !target.checked) return;
    for (const each of document.querySelectorAll(".option [name=recommended]")) if (each !== target) each.checked = false;
  });
})();
