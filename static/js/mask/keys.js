// The same by keyboard: arrows move the brush, Space paints, + and - zoom. Shift takes larger steps.
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const DEEDS = { "+": "closer", "=": "closer", "-": "farther" };

export function byKeys(editor) {
  const { canvas, brush, size } = editor;
  const tall = size.height / size.width;

  canvas.addEventListener("focus", () => { editor.byKeys = canvas.matches(":focus-visible"); });
  canvas.addEventListener("blur", () => editor.end());

  canvas.addEventListener("keydown", (event) => {
    const arrow = ARROWS[event.key];
    const paints = event.key === " " && editor.byKeys;
    if (arrow) step(arrow, event.shiftKey ? 0.1 : 0.02);
    else if (paints && !event.repeat) editor.begin();
    else if (DEEDS[event.key]) editor.do(DEEDS[event.key]);
    if (arrow || event.key === " ") event.preventDefault();
  });

  canvas.addEventListener("keyup", ({ key }) => {
    if (key === " ") editor.end();
  });

  function step([across, down], far) {
    editor.byKeys = true;
    brush.x = Math.min(1, Math.max(0, brush.x + across * far));
    brush.y = Math.min(tall, Math.max(0, brush.y + down * far));
    editor.extend();
    editor.place();
  }
}
