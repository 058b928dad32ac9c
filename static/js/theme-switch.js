// The radios in the footer choose the theme and remember it.
const root = document.documentElement;
const box = document.querySelector("[data-theme-switch]");

box.querySelector(`[value="${root.dataset.theme ?? "system"}"]`).checked = true;

box.addEventListener("change", ({ target }) => {
  const chosen = target.value === "system" ? null : target.value;
  if (chosen) root.dataset.theme = chosen;
  else delete root.dataset.theme;
  remember(chosen);
});

function remember(theme) {
  try {
    if (theme) localStorage.setItem("theme", theme);
    else localStorage.removeItem("theme");
  } catch {
    // Storage is switched off: it holds for this page.
  }
}
