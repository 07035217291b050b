// Files for the next round go up as they are chosen or dropped; what fails stays to be tried again.
// Without this the same field brings them with the form.
(() => {
  const AT_ONCE = 2;
  const queue = [];
  let going = 0;

  const $ = (selector, from) => from.querySelector(selector);
  const place = (target) => target.closest?.("[data-gathered]");
  const tell = (box, text) => ($("[data-told]", box).textContent = text);

  const fail = (box, row, why, again) => {
    row.dataset.state = "failed";
    const told = $("[data-why]", row);
    told.textContent = why;
    told.hidden = false;
    $("progress", row).hidden = true;
    $("[data-choices]", row).hidden = false;
    $("[data-retry]", row).hidden = !again;
    tell(box, `${$("[data-name]", row).textContent}: ${why}`);
  };

  const arrive = (box, row, html) => {
    const made = document.createElement("template");
    made.innerHTML = html.trim();
    const item = made.content.firstElementChild;
    const known = document.getElementById(item.id);
    if (known) known.replaceWith(item);
    else $("[data-drafts]", box).append(item);
    tell(box, box.dataset.arrived.replace("{}", $("[data-name]", row).textContent));
    row.remove();
  };

  const next = () => {
    while (going < AT_ONCE && queue.length) send(...queue.shift());
  };

  const send = (box, row, file) => {
    going++;
    row.dataset.state = "going";
    const request = new XMLHttpRequest();
    const bar = $("progress", row);
    request.open("POST", box.dataset.gathered);
    request.setRequestHeader("X-CSRFToken", $("[name=csrf_token]", box.closest("form")).value);
    request.setRequestHeader("HX-Request", "true");
    request.upload.onprogress = ({ loaded, total }) => (bar.value = (100 * loaded) / total);
    request.onload = () => {
      const said = request.getResponseHeader("Content-Type")?.startsWith("text/plain");
      if (request.status === 200) arrive(box, row, request.responseText);
      else if (said) fail(box, row, request.responseText, false);
      else if (request.status === 413) fail(box, row, box.dataset.tooLarge, false);
      else fail(box, row, box.dataset.failed, true);
    };
    request.onerror = request.onabort = () => fail(box, row, box.dataset.cut, true);
    request.onloadend = () => {
      document.dispatchEvent(new Event("sent"));
      going--;
      next();
    };
    const form = new FormData();
    form.append("files", file);
    request.send(form);
  };

  const start = (box, row, file) => {
    $("[data-why]", row).hidden = $("[data-choices]", row).hidden = true;
    if (!file.size) return fail(box, row, box.dataset.empty, false);
    if (file.size > Number(box.dataset.largest)) return fail(box, row, box.dataset.tooLarge, false);
    const bar = $("progress", row);
    bar.hidden = false;
    bar.value = 0;
    row.dataset.state = "waiting";
    queue.push([box, row, file]);
    next();
  };

  const take = (box, files) => {
    for (const file of files) {
      const row = $("[data-row]", box).content.firstElementChild.cloneNode(true);
      $("[data-name]", row).textContent = file.name;
      $("progress", row).setAttribute("aria-label", file.name);
      $("[data-retry]", row).addEventListener("click", () => start(box, row, file));
      $("[data-drop]", row).addEventListener("click", () => row.remove());
      $("[data-arriving]", box).append(row);
      start(box, row, file);
    }
  };

  const takeOut = async (button) => {
    const box = place(button);
    const { id } = button.closest("li");
    const headers = { "X-CSRFToken": $("[name=csrf_token]", box.closest("form")).value, "HX-Request": "true" };
    try {
      const answer = await fetch(button.dataset.takeOut, { method: "POST", headers });
      if (!answer.ok) throw new Error(answer.status);
      document.dispatchEvent(new Event("sent"));
      document.getElementById(id)?.remove();
      $("input[type=file]", box).focus();
    } catch {
      tell(box, box.dataset.failed);
    }
  };

  document.addEventListener("change", ({ target }) => {
    const box = target.type === "file" && place(target);
    if (!box) return;
    take(box, [...target.files]);
    // Else the form would bring them once more.
    target.value = "";
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-take-out]");
    if (!button) return;
    event.preventDefault();
    takeOut(button);
  });
  for (const name of ["dragenter", "dragover"])
    document.addEventListener(name, (event) => {
      const box = place(event.target);
      if (!box || !event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      box.dataset.over = "";
    });
  document.addEventListener("dragleave", ({ target, relatedTarget }) => {
    const box = place(target);
    if (box && !box.contains(relatedTarget)) delete box.dataset.over;
  });
  document.addEventListener("drop", (event) => {
    const box = place(event.target);
    if (!box) return;
    event.preventDefault();
    delete box.dataset.over;
    take(box, [...event.dataTransfer.files]);
  });
  document.addEventListener(
    "submit",
    (event) => {
      const box = $("[data-gathered]", event.target);
      const row = box && $(".arriving", box);
      if (!row) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      tell(box, box.dataset.waits);
      const why = $("[data-why]", row);
      why.textContent = box.dataset.waits;
      why.hidden = false;
      row.scrollIntoView({ block: "center" });
    },
    true,
  );
  window.addEventListener("beforeunload", (event) => {
    if (going || queue.length) event.preventDefault();
  });
  // With this the button has nothing to do.
  for (const button of document.querySelectorAll("[data-add]")) button.hidden = true;
})();
