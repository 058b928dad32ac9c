// A picture fades in over its thumbnail once it can be shown whole.
const SELECTOR = "img.picture:not(.here)";

document.addEventListener("htmx:after:swap", develop);
develop();

function develop() {
  for (const picture of document.querySelectorAll(SELECTOR)) {
    const show = () => picture.classList.add("here");
    picture.decode().then(show, show);
  }
}
