// The picture we sent stands in for a job's own until the server has one.
import { fit, sent } from "./files.js";

document.addEventListener("htmx:after:swap", () => {
  for (const picture of document.querySelectorAll("[data-local]:not([src])")) {
    const kept = sent.get(picture.dataset.local);
    if (!kept?.url) continue;
    picture.onload = () => picture.className === "whole" && fit(picture, picture.naturalWidth, picture.naturalHeight);
    picture.onerror = () => {
      kept.url = ""; // a format that this browser does not show
      picture.removeAttribute("src");
    };
    picture.src = kept.url;
  }
});
