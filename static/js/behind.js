// What stands behind a cut-out: a change shows at once, and is made for real, at no cost, when it is downloaded.
import { NOTHING } from "./files.js";

const form = document.getElementById("tool");
const stage = document.getElementById("stage");
const CHOICES = ["background", "color", "blur", "background_image"];
let changed = false;
let wanted = false; // the download that waits for its picture

form.addEventListener("input", ({ target }) => {
  if (!CHOICES.includes(target.name)) return;
  if (target.name === "color") form.elements.background.value = "color";
  changed = Boolean(stage.querySelector("[data-job]"));
  wanted = false;
  press();
  if (changed) paint(stage.querySelector(".compare"));
});

document.addEventListener("click", (event) => {
  const colour = event.target.closest("[data-colour]")?.dataset.colour;
  if (colour) {
    form.elements.color.value = colour;
    form.elements.color.dispatchEvent(new Event("input", { bubbles: true }));
  }
  if (!changed || !event.target.closest("[data-download]")) return;
  event.preventDefault();
  wanted = true;
  form.requestSubmit();
});

document.addEventListener("htmx:after:swap", () => {
  if (stage.querySelector("[hx-get]")) return;
  const kept = stage.querySelector(".compare");
  if (!kept?.dataset.repainted) changed = false;
  if (wanted && !changed) document.querySelector("[data-download]")?.click();
  if (!changed) wanted = false;
});

press();

function press() {
  const { background, color } = form.elements;
  for (const swatch of form.querySelectorAll("[data-colour]")) {
    swatch.ariaPressed = background.value === "color" && color.value === swatch.dataset.colour;
  }
}

function paint(compare) {
  if (!compare) return;
  compare.dataset.repainted = "yes";
  const { background, color, blur, background_image: file } = form.elements;
  const before = `url("${compare.querySelector("[data-before]").src}")`;
  const behind = compare.querySelector("[data-behind]").style;
  cut(compare.querySelector("[data-after]"), before);
  behind.backgroundColor = background.value === "color" ? color.value : "";
  Object.assign(behind, background.value === "blur" ? { filter: `blur(${blur.value / 4}px)`, scale: 1.06 } : { filter: "", scale: "" });
  const [picture] = background.value === "picture" ? file.files : [];
  behind.backgroundImage = background.value === "blur" ? before : picture ? `url("${URL.createObjectURL(picture)}")` : "";
}

// A result with something behind it is cut out again: what came in, through the kept matte.
function cut(after, before) {
  const { matte } = after.dataset;
  if (!matte || seeThrough(after)) return;
  Object.assign(after.style, { background: `${before} 0 0 / 100% 100%`, maskImage: `url("${matte}")`, maskMode: "luminance", maskSize: "100% 100%" });
  after.src = NOTHING;
}

function seeThrough(image) {
  if (image.src.startsWith("data:")) return true;
  const canvas = new OffscreenCanvas(32, 32).getContext("2d");
  canvas.drawImage(image, 0, 0, 32, 32);
  return canvas.getImageData(0, 0, 32, 32).data.some((value, at) => at % 4 === 3 && value < 250);
}
