// The rectangle to keep, over the picture: moved and resized by pointer or keys, or written into its fields.
const form = document.getElementById("tool");
const fields = ["x", "y", "width", "height"].map((name) => form.elements[name]);
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
let size = null;
let frame = null;

form.addEventListener("input", draw);

document.addEventListener("tool:picture", ({ detail }) => {
  size = [detail.width, detail.height];
  frame = document.getElementById("crop-frame").content.firstElementChild.cloneNode(true);
  frame.addEventListener("pointerdown", grab);
  frame.addEventListener("keydown", nudge);
  detail.picture.closest(".sheet").append(frame);
  draw();
});

function draw() {
  if (!frame?.isConnected) return;
  frame.hidden = form.elements.ratio.value !== "free";
  if (frame.hidden) return;
  written().forEach((value, at) => frame.style.setProperty(`--${fields[at].name}`, `${(value / size[at % 2]) * 100}%`));
}

// The fields as they stand; at first most of the picture.
function written() {
  if (!fields[2].value || !fields[3].value) write([0.1, 0.1, 0.8, 0.8].map((share, at) => share * size[at % 2]));
  return fields.map((field) => +field.value);
}

function write(box) {
  for (const axis of [0, 1]) {
    const length = clamp(Math.round(box[axis + 2]), 1, size[axis]);
    fields[axis].value = clamp(Math.round(box[axis]), 0, size[axis] - length);
    fields[axis + 2].value = length;
  }
}

// By its middle it is moved; by an edge, a corner or from outside it is resized, and the other side stays.
function grab(start) {
  const box = written();
  const area = frame.getBoundingClientRect();
  const scale = size[0] / area.width;
  const at = (event) => [(event.clientX - area.left) * scale, (event.clientY - area.top) * scale];
  const from = at(start);
  const stays = [0, 1].map((axis) => {
    const end = box[axis] + box[axis + 2];
    if (from[axis] < box[axis] + 20 * scale) return end;
    return from[axis] > end - 20 * scale ? box[axis] : null;
  });
  frame.setPointerCapture(start.pointerId);
  frame.onlostpointercapture = () => { frame.onpointermove = null; };
  frame.onpointermove = (event) => {
    const next = [...box];
    const moves = stays[0] === null && stays[1] === null;
    at(event).forEach((value, axis) => {
      const to = clamp(value, 0, size[axis]);
      if (moves) next[axis] += value - from[axis];
      else if (stays[axis] !== null) [next[axis], next[axis + 2]] = [Math.min(to, stays[axis]), Math.abs(to - stays[axis])];
    });
    write(next);
    draw();
  };
}

function nudge(event) {
  const step = STEPS[event.key];
  if (!step) return;
  event.preventDefault();
  const box = written();
  for (const axis of [0, 1]) box[axis + (event.shiftKey ? 2 : 0)] += (step[axis] * size[0]) / 100;
  write(box);
  draw();
}

function clamp(value, least, most) {
  return Math.min(Math.max(value, least), most);
}
