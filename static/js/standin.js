// The picture we sent stands in for a job's own until the server has one.
import { NOTHING, fit, sent } from "./files.js";

document.addEventListener("htmx:after:swap", () => {
  for (const picture of document.querySelectorAll("[data-local]:not([src])")) {
    const kept = sent.get(picture.dataset.local);
    if (!kept) continue;
    picture.onload = () => picture.className === "whole" && fit(picture, picture.naturalWidth, picture.naturalHeight);
    picture.onerror = () => {
      picture.onload = null; // a format that this browser does not show
      picture.src = NOTHING;
    };
    picture.src = kept.url ?? NOTHING;
  }
});
