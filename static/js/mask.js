// The mask of a magic edit is brushed over the picture on stage, and goes along as a file.
import { Editor } from "./mask/editor.js";
import { byKeys } from "./mask/keys.js";
import { byPointer } from "./mask/pointer.js";

const form = document.getElementById("tool");
const tools = form.querySelector("[data-mask]");
const file = form.querySelector("[name=mask]");
const size = document.getElementById("mask-size");
let editor = null;

document.addEventListener("tool:picture", async ({ detail: { picture, width, height } }) => {
  const earlier = picture.dataset.width === undefined ? "" : tools.dataset.mask;
  editor = new Editor(picture.closest(".sheet"), { width, height }, earlier ? await opaque(earlier) : null);
  byPointer(editor);
  byKeys(editor);
  tools.hidden = false;
  hold();
});

document.addEventListener("tool:prepare", ({ detail }) => {
  if (editor?.canvas.isConnected) detail.push(handIn());
});

document.addEventListener("htmx:after:swap", () => { tools.hidden = !editor?.canvas.isConnected; });

tools.addEventListener("input", hold);
tools.addEventListener("click", ({ target }) => target.dataset.deed && editor.do(target.dataset.deed));

document.addEventListener("keydown", (event) => {
  if (!editor || event.target.matches("textarea, [type=text], [type=number]")) return;
  if (event.key === "[" || event.key === "]") size.value = +size.value + (event.key === "]" ? 2 : -2);
  else if (event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey)) editor.do(event.shiftKey ? "redo" : "undo");
  else return;
  event.preventDefault();
  size.dispatchEvent(new Event("input", { bubbles: true }));
});

function hold() {
  Object.assign(editor.brush, { size: size.value / 200, erase: tools.querySelector("[value=eraser]").checked });
  editor.place();
}

async function handIn() {
  if (editor.strokes.empty) throw new Error("Brush over what should change first.");
  const files = new DataTransfer();
  files.items.add(await editor.file());
  file.files = files.files;
}

// An earlier mask, white on black, as what is opaque and what is not.
async function opaque(address) {
  const image = Object.assign(new Image(), { src: address });
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: image.naturalWidth, height: image.naturalHeight });
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const pixels = context.getImageData(0, 0, canvas.width, canvas.height);
  for (let at = 0; at < pixels.data.length; at += 4) pixels.data[at + 3] = pixels.data[at];
  context.putImageData(pixels, 0, 0);
  return canvas;
}
