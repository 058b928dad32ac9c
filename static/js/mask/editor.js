// A canvas over a picture, the brush upon it, and how near one looks.
import { Strokes, paint } from "./strokes.js";

const LONGEST = 1600;
const NEAREST = 8;

export class Editor {
  brush = { size: 0.04, erase: false, x: 0.5, y: 0.25 };
  look = { zoom: 1, x: 0, y: 0 };
  #stroke = null;

  constructor(sheet, size, base) {
    this.sheet = sheet;
    this.size = size;
    this.strokes = new Strokes(base);
    this.canvas = document.getElementById("mask-canvas").content.firstElementChild.cloneNode();
    this.ring = document.getElementById("mask-canvas").content.lastElementChild.cloneNode();
    const scale = Math.min(1, LONGEST / Math.max(size.width, size.height));
    Object.assign(this.canvas, { width: size.width * scale, height: size.height * scale });
    this.context = this.canvas.getContext("2d");
    this.context.fillStyle = this.context.strokeStyle = getComputedStyle(sheet).getPropertyValue("--mask");
    sheet.classList.add("masked");
    sheet.append(this.canvas, this.ring);
    this.redraw();
    this.move(0, 0);
  }

  begin(pressure = 1) {
    this.#stroke = { points: [], erase: this.brush.erase };
    this.extend(pressure);
  }

  extend(pressure = 1) {
    const { x, y, size } = this.brush;
    this.#stroke?.points.push({ x, y, size: size * pressure });
    if (this.#stroke) paint(this.context, this.#stroke, this.#stroke.points.length - 1);
  }

  end() {
    if (this.#stroke) this.strokes.add(this.#stroke);
    this.#stroke = null;
  }

  drop() {
    this.#stroke = null;
    this.redraw();
  }

  do(deed) {
    if (deed === "undo" || deed === "redo") this.strokes[deed]();
    else if (deed === "clear" || deed === "invert") this.strokes.add({ fill: deed });
    else this.zoom(deed === "closer" ? 1.5 : 1 / 1.5);
    this.redraw();
  }

  redraw() {
    const { context } = this;
    this.strokes.draw(context);
    context.globalCompositeOperation = "source-in"; // an earlier mask comes in its own colour
    context.fillRect(0, 0, context.canvas.width, context.canvas.height);
    context.globalCompositeOperation = "source-over";
    this.place();
  }

  // Nearer by a factor; the point stays where it is.
  zoom(factor, atX = this.sheet.clientWidth / 2, atY = this.sheet.clientHeight / 2) {
    const { zoom, x, y } = this.look;
    this.look.zoom = Math.min(NEAREST, Math.max(1, zoom * factor));
    const by = this.look.zoom / zoom;
    this.move(atX - (atX - x) * by - x, atY - (atY - y) * by - y);
  }

  move(across, down) {
    const least = 1 - this.look.zoom;
    this.look.x = Math.min(0, Math.max(this.sheet.clientWidth * least, this.look.x + across));
    this.look.y = Math.min(0, Math.max(this.sheet.clientHeight * least, this.look.y + down));
    this.sheet.style.setProperty("--look", `translate(${this.look.x}px, ${this.look.y}px) scale(${this.look.zoom})`);
    this.place();
  }

  place() {
    const unit = this.sheet.clientWidth * this.look.zoom;
    const { x, y, size } = this.brush;
    const values = { "--bx": this.look.x + x * unit, "--by": this.look.y + y * unit, "--bs": size * unit };
    for (const [name, value] of Object.entries(values)) this.ring.style.setProperty(name, `${value}px`);
  }

  // White where it is painted anew, black where it stays.
  file() {
    const canvas = document.createElement("canvas");
    const scale = Math.min(1, 4096 / Math.max(this.size.width, this.size.height)); // as large as every browser can
    Object.assign(canvas, { width: this.size.width * scale, height: this.size.height * scale });
    const context = canvas.getContext("2d");
    context.fillStyle = context.strokeStyle = "#fff";
    this.strokes.draw(context);
    context.globalCompositeOperation = "destination-over";
    context.fillStyle = "#000";
    context.fillRect(0, 0, canvas.width, canvas.height);
    return new Promise((done) => {
      canvas.toBlob((blob) => done(new File([blob], "mask.png", { type: "image/png" })));
    });
  }
}
