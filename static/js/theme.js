// Classic and blocking on purpose: the chosen theme must stand before the first paint.
document.documentElement.dataset.js = "";
try {
  const theme = localStorage.getItem("theme");
  if (theme) document.documentElement.dataset.theme = theme;
} catch {
  // Storage is switched off: the system's theme holds.
}
