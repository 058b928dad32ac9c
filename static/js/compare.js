// The handle between before and after is a slider: it works by mouse, touch and keys.
document.addEventListener("input", ({ target }) => {
  if (target.matches(".handle")) target.parentElement.style.setProperty("--at", `${target.value}%`);
});
