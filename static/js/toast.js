// Whoever has a short thing to say sends a "toast" event with the sentence as its detail.
const SECONDS = 6;
const toasts = document.getElementById("toasts");

for (const toast of toasts.querySelectorAll(":not([hidden])")) leave(toast);

document.addEventListener("toast", ({ detail }) => {
  const toast = document.createElement("p");
  toast.className = "toast";
  toast.textContent = detail;
  toasts.append(toast);
  leave(toast);
});

function leave(toast) {
  setTimeout(() => toast.remove(), SECONDS * 1000);
}
