// What was wrong the last time is cleared when asking again; when nothing comes back at all, the form says so.
const place = () => document.getElementById("answer");
const asked = (event) => event.detail?.ctx?.sourceElement?.id === "composer";

document.addEventListener("htmx:before:request", (event) => {
  if (asked(event)) forget(event.detail.ctx.sourceElement);
});

document.addEventListener("htmx:error", (event) => {
  if (asked(event)) place().textContent = "There was no answer, so nothing was charged. Press again in a moment.";
});

function forget(form) {
  place().replaceChildren();
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
  for (const wrong of form.querySelectorAll(".wrong")) wrong.replaceChildren();
}
