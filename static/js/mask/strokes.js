// What was brushed, in shares of the canvas's width: undoing draws one less, and it can be drawn at any size.
export class Strokes {
  #done = [];
  #undone = [];

  constructor(base = null) {
    this.base = base; // a picture that is opaque where the earlier mask was white
  }

  get empty() {
    return !this.base && !this.#done.length;
  }

  add(stroke) {
    this.#done.push(stroke);
    this.#undone = [];
  }

  undo() {
    if (this.#done.length) this.#undone.push(this.#done.pop());
  }

  redo() {
    if (this.#undone.length) this.#done.push(this.#undone.pop());
  }

  draw(context) {
    const { width, height } = context.canvas;
    context.clearRect(0, 0, width, height);
    if (this.base) context.drawImage(this.base, 0, 0, width, height);
    for (const stroke of this.#done) paint(context, stroke);
  }
}

export function paint(context, { points, erase, fill }, from = 0) {
  const { width, height } = context.canvas;
  context.globalCompositeOperation = fill === "invert" ? "source-out" : erase ? "destination-out" : "source-over";
  if (fill === "clear") context.clearRect(0, 0, width, height);
  else if (fill) context.fillRect(0, 0, width, height);
  else for (let at = from; at < points.length; at += 1) dab(context, points[Math.max(0, at - 1)], points[at], width);
  context.globalCompositeOperation = "source-over";
}

function dab(context, start, end, unit) {
  context.lineCap = "round";
  context.lineWidth = end.size * unit;
  context.beginPath();
  context.moveTo(start.x * unit, start.y * unit);
  context.lineTo(end.x * unit + 0.01, end.y * unit); // a line of no length is not drawn
  context.stroke();
}
