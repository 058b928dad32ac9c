// What this browser cannot show: looking at its metadata is free, and brings a picture of it.
import { see } from "./files.js";

document.addEventListener("tool:unseen", async ({ detail: { picture, row } }) => {
  picture.onload = picture.onerror = null;
  const sheet = picture.closest(".sheet");
  sheet.classList.add("unseen");
  const data = new FormData();
  data.set("image", row.file);
  const answer = await fetch("/api/metadata", { method: "POST", body: data });
  const seen = await answer.json().catch(() => ({}));
  if (!seen.before_url) sheet.dataset.why = seen.error?.message ?? "Browsers do not show this format.";
  if (!seen.before_url || !picture.isConnected) return;
  picture.onload = () => {
    sheet.classList.remove("unseen");
    see(picture, seen.width_in, seen.height_in);
  };
  picture.src = row.dataset.url = row.querySelector("img").src = seen.before_url;
});
