// Brushing by mouse, pen and finger; two fingers, or Space and drag, move and zoom.
export function byPointer(editor) {
  const { canvas, brush } = editor;
  const down = new Map();
  let space = false;

  document.addEventListener("keydown", ({ code }) => { space ||= code === "Space" && !editor.byKeys; });
  document.addEventListener("keyup", ({ code }) => { space &&= code !== "Space"; });

  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    down.set(event.pointerId, event);
    editor.byKeys = false;
    if (down.size > 1) editor.drop();
    else if (!space && event.button === 0) editor.begin(aim(event));
  });

  canvas.addEventListener("pointermove", (event) => {
    const before = down.get(event.pointerId);
    if (down.size > 1) pinch(before, event);
    else if (before && space) editor.move(event.clientX - before.clientX, event.clientY - before.clientY);
    else for (const step of event.getCoalescedEvents?.() ?? [event]) editor.extend(aim(step));
    editor.place();
    if (before) down.set(event.pointerId, event);
  });

  for (const name of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(name, ({ pointerId }) => {
      down.delete(pointerId);
      editor.end();
    });
  }

  canvas.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && editor.look.zoom === 1) return; // an ordinary wheel scrolls the page
    event.preventDefault();
    const area = editor.sheet.getBoundingClientRect();
    editor.zoom(Math.exp(-event.deltaY / 300), event.clientX - area.left, event.clientY - area.top);
  });

  // Puts the brush there; how hard it is pressed.
  function aim({ clientX, clientY, pointerType, pressure }) {
    const area = canvas.getBoundingClientRect();
    brush.x = (clientX - area.left) / area.width;
    brush.y = (clientY - area.top) / area.width;
    return pointerType === "pen" ? 0.3 + pressure : 1;
  }

  function pinch(before, event) {
    const other = [...down.values()].find(({ pointerId }) => pointerId !== event.pointerId);
    const apart = ({ clientX, clientY }) => Math.hypot(clientX - other.clientX, clientY - other.clientY);
    const area = editor.sheet.getBoundingClientRect();
    editor.zoom(apart(event) / apart(before), event.clientX - area.left, event.clientY - area.top);
    editor.move((event.clientX - before.clientX) / 2, (event.clientY - before.clientY) / 2);
  }
}
