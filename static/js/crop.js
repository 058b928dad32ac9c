// The rectangle to keep, over the picture: drawn, moved and resized by pointer or keys, or written into its fields.
const form = document.getElementById("tool");
const fields = ["x", "y", "width", "height"].map((name) => form.elements[name]);
const REACH = 24; // pixels around a corner
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
let size = null;
let frame = null;

form.addEventListener("input", draw);

document.addEventListener("tool:picture", ({ detail }) => {
  size = detail;
  frame = document.getElementById("crop-frame").content.firstElementChild.cloneNode(true);
  frame.addEventListener("pointerdown", grab);
  frame.addEventListener("keydown", nudge);
  detail.picture.closest(".sheet").append(frame);
  draw();
});

function draw() {
  if (!frame?.isConnected) return;
  const ratio = form.elements.ratio.value;
  const free = ratio === "free";
  frame.hidden = !free && form.elements.focus.value !== "center";
  frame.classList.toggle("is-free", free);
  frame.tabIndex = free ? 0 : -1;
  const [x, y, width, height] = free ? written() : middle(...ratio.split(":"));
  const share = { "--x": x / size.width, "--y": y / size.height, "--w": width / size.width, "--h": height / size.height };
  for (const [name, value] of Object.entries(share)) frame.style.setProperty(name, `${value * 100}%`);
}

function middle(wide, tall) {
  const width = Math.min(size.width, (size.height * wide) / tall);
  const height = (width * tall) / wide;
  return [(size.width - width) / 2, (size.height - height) / 2, width, height];
}

// The fields as they stand; at first most of the picture.
function written() {
  if (!fields[2].value || !fields[3].value) write(size.width * 0.1, size.height * 0.1, size.width * 0.8, size.height * 0.8);
  return fields.map((field) => +field.value);
}

function write(x, y, width, height) {
  const w = Math.round(Math.min(Math.max(width, 1), size.width));
  const h = Math.round(Math.min(Math.max(height, 1), size.height));
  const left = Math.round(Math.min(Math.max(x, 0), size.width - w));
  const top = Math.round(Math.min(Math.max(y, 0), size.height - h));
  [left, top, w, h].forEach((value, at) => { fields[at].value = value; });
}

function grab(start) {
  const [x, y, width, height] = written();
  const area = frame.getBoundingClientRect();
  const scale = size.width / area.width;
  const at = ({ clientX, clientY }) => [(clientX - area.left) * scale, (clientY - area.top) * scale];
  const near = (one, other) => Math.abs(one - other) < REACH * scale;
  const [fromX, fromY] = at(start);
  const corner = [[x, y], [x + width, y], [x, y + height], [x + width, y + height]].find(([cx, cy]) => near(cx, fromX) && near(cy, fromY));
  const inside = fromX > x && fromX < x + width && fromY > y && fromY < y + height;
  const [fixX, fixY] = corner ? [2 * x + width - corner[0], 2 * y + height - corner[1]] : [fromX, fromY];
  frame.setPointerCapture(start.pointerId);
  frame.onpointermove = (event) => {
    const [toX, toY] = at(event).map((value, axis) => Math.min(Math.max(value, 0), axis ? size.height : size.width));
    if (inside && !corner) write(x + toX - fromX, y + toY - fromY, width, height);
    else write(Math.min(fixX, toX), Math.min(fixY, toY), Math.abs(toX - fixX), Math.abs(toY - fixY));
    draw();
  };
  frame.onlostpointercapture = () => { frame.onpointermove = null; };
}

function nudge(event) {
  const step = STEPS[event.key];
  if (!step) return;
  event.preventDefault();
  const [x, y, width, height] = written();
  const [across, down] = step.map((sign) => (sign * size.width) / 100);
  if (event.shiftKey) write(x, y, width + across, height + down);
  else write(x + across, y + down, width, height);
  draw();
}
