// The prompt counts itself, grows with its text, takes a suggestion, and is sent by Ctrl or Cmd + Enter.
const LIMIT = 1000;
const field = () => document.getElementById("prompt");

document.addEventListener("input", ({ target }) => {
  if (target === field()) measure(target);
});

document.addEventListener("keydown", (event) => {
  const sends = event.key === "Enter" && (event.ctrlKey || event.metaKey);
  if (sends && event.target.form?.id === "composer") event.target.form.requestSubmit();
});

document.addEventListener("click", (event) => {
  const suggestion = event.target.closest("[data-suggestion]");
  if (!suggestion) return;
  event.preventDefault();
  field().value = suggestion.dataset.suggestion;
  measure(field());
  field().focus();
});

document.addEventListener("htmx:after:swap", () => measure(field()));

if (/Mac|iPhone|iPad/.test(navigator.platform)) document.querySelector("[data-keys]").textContent = "⌘ + Enter paints";
measure(field());

function measure(prompt) {
  const count = prompt.form.querySelector("[data-count]");
  const length = [...prompt.value.trim()].length;
  count.textContent = `${length} / ${LIMIT}`;
  count.classList.toggle("over", length > LIMIT);
  if (!CSS.supports("field-sizing", "content")) prompt.rows = Math.min(9, Math.max(3, Math.ceil(length / 34)));
}
