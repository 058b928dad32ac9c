// Pictures come by dropping them anywhere on the page, by pasting, by choosing, or as one of ours.
import { choose, remove, see, show } from "./files.js";

const input = document.querySelector(".drop [type=file]");
const carries = (event) => event.dataTransfer?.types.includes("Files");
const over = (on) => document.body.classList.toggle("dropping", on);

input.required = false;
input.addEventListener("change", () => {
  choose(input.files);
  input.value = "";
});

document.addEventListener("dragover", (event) => {
  if (!carries(event)) return;
  event.preventDefault();
  over(true);
});

document.addEventListener("dragleave", ({ relatedTarget }) => relatedTarget || over(false));

document.addEventListener("drop", (event) => {
  over(false);
  if (!carries(event)) return;
  event.preventDefault();
  choose(event.dataTransfer.files);
});

document.addEventListener("paste", ({ clipboardData }) => {
  if (clipboardData?.files.length) choose(clipboardData.files);
});

document.addEventListener("click", async ({ target }) => {
  const sample = target.closest("[data-sample]");
  const row = target.closest(".file:not([data-job])");
  if (sample) choose([await fetched(sample.dataset.sample, sample.dataset.name)]);
  if (row && target.closest("[data-remove]")) remove(row);
  else if (row?.file && target.closest("[data-show]")) show(row);
});

const picture = document.querySelector("#stage [data-picture]");
if (picture) {
  const { width, height } = picture.dataset;
  const here = () => see(picture, +width || picture.naturalWidth, +height || picture.naturalHeight);
  addEventListener("load", () => picture.decode().then(here, () => {})); // when all who draw on it are listening
}

async function fetched(address, name) {
  const blob = await (await fetch(address)).blob();
  return new File([blob], name, { type: blob.type });
}
