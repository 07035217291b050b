// Draws a signature with finger, pen or mouse; what is drawn travels in a field of the form.
(() => {
  const pad = document.querySelector("[data-pad]");
  if (!pad) return;
  const canvas = pad.querySelector("[data-pad-ink]");
  const value = pad.querySelector("[data-pad-value]");
  const pen = canvas.getContext("2d");
  const INK = "#18202b";
  const KEPT = 600;
  // Points are parts of the pad's width, so that a turned phone keeps what was drawn.
  let strokes = [];
  let before = null;

  const draw = (to, width) => {
    to.lineWidth = width * 0.006;
    to.lineCap = to.lineJoin = "round";
    to.strokeStyle = to.fillStyle = INK;
    for (const stroke of strokes) {
      to.beginPath();
      const [first, ...rest] = stroke;
      to.moveTo(first[0] * width, first[1] * width);
      // A dot is a line of no length, which round ends make visible.
      if (!rest.length) to.lineTo(first[0] * width, first[1] * width);
      rest.forEach(([x, y], at) => {
        const [nextX, nextY] = rest[at + 1] ?? [x, y];
        to.quadraticCurveTo(x * width, y * width, ((x + nextX) / 2) * width, ((y + nextY) / 2) * width);
      });
      to.stroke();
    }
  };
  const put = (to, width, height) => {
    if (!before) return;
    const scale = Math.min(1, (width * 0.9) / before.width, (height * 0.9) / before.height);
    to.drawImage(before, width * 0.05, height * 0.05, before.width * scale, before.height * scale);
  };
  const show = () => {
    const { width, height } = canvas.getBoundingClientRect();
    if (!width) return;
    const sharp = window.devicePixelRatio || 1;
    canvas.width = Math.round(width * sharp);
    canvas.height = Math.round(height * sharp);
    put(pen, canvas.width, canvas.height);
    draw(pen, canvas.width);
  };
  const keep = () => {
    if (!strokes.length) return;
    const { width, height } = canvas.getBoundingClientRect();
    const copy = document.createElement("canvas");
    copy.width = KEPT;
    copy.height = Math.round((KEPT * height) / width);
    const to = copy.getContext("2d");
    to.fillStyle = "#fff";
    to.fillRect(0, 0, copy.width, copy.height);
    put(to, copy.width, copy.height);
    draw(to, copy.width);
    value.value = copy.toDataURL("image/png");
  };

  const point = ({ clientX, clientY }) => {
    const { left, top, width } = canvas.getBoundingClientRect();
    return [(clientX - left) / width, (clientY - top) / width];
  };
  let held = null;
  // A stroke is no gesture: else a quick one would swallow the tap that comes after it.
  canvas.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false });
  canvas.addEventListener("pointerdown", (event) => {
    if (held !== null || event.button) return;
    event.preventDefault();
    held = event.pointerId;
    canvas.setPointerCapture(held);
    strokes.push([point(event)]);
    show();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (event.pointerId !== held) return;
    const all = event.getCoalescedEvents?.() ?? [];
    for (const each of all.length ? all : [event]) strokes.at(-1).push(point(each));
    show();
  });
  const lift = ({ pointerId }) => {
    if (pointerId !== held) return;
    held = null;
    keep();
  };
  canvas.addEventListener("pointerup", lift);
  canvas.addEventListener("pointercancel", lift);

  pad.querySelector("[data-pad-clear]").addEventListener("click", () => {
    strokes = [];
    before = null;
    value.value = "";
    show();
  });
  new ResizeObserver(show).observe(canvas);
  pad.querySelector("[data-pad-paper]").hidden = false;
  if (value.value) {
    const image = new Image();
    image.onload = () => {
      before = image;
      show();
    };
    image.src = value.value;
  }
})();
