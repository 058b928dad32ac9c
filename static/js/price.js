// The button tells the price, and every quality its size in pixels.
document.addEventListener("change", ({ target }) => {
  if (target.form?.id === "composer") tell(target.form);
});

const composer = document.getElementById("composer");
tell(composer);
composer.addEventListener("reset", () => setTimeout(tell, 0, composer));

function tell(form) {
  const chosen = new FormData(form);
  for (const quality of form.querySelectorAll("[name=quality]")) {
    const sizes = JSON.parse(quality.dataset.sizes);
    quality.parentElement.querySelector("[data-size]").textContent = sizes[chosen.get("aspect_ratio")] ?? "";
  }
  const each = form.querySelector("[name=quality]:checked")?.dataset.price * (chosen.get("count") ?? 1);
  const price = form.querySelector("[data-price]:not(input)");
  const factor = form.querySelector("[name=model]:checked")?.dataset.factor ?? 1;
  if (each && price) price.textContent = `${Math.ceil((each * factor).toFixed(6))} credits`;
}
