// All results as one archive, as soon as there are two.
const link = document.querySelector("[data-zip]");

document.addEventListener("htmx:after:swap", () => {
  const done = document.querySelectorAll("#rows .is-succeeded").length;
  link.hidden = done < 2;
  link.textContent = `All ${done} as ZIP`;
});
