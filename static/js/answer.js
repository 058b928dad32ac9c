// What stands beside the button: cleared when asking again, and a plain word when nothing came back at all.
const place = () => document.getElementById("answer");
const asked = (event) => event.detail?.ctx?.sourceElement?.id === "composer";

document.addEventListener("htmx:before:request", (event) => {
  if (asked(event)) place().replaceChildren();
});

document.addEventListener("htmx:error", (event) => {
  if (asked(event)) place().textContent = "There was no answer, so nothing was charged. Press again in a moment.";
});
