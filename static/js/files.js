// Pictures that are not sent yet: a row for each, until the server's own row takes its place.
const rows = document.getElementById("rows");
const stage = document.getElementById("stage");
const drop = document.querySelector(".drop");
const input = drop.querySelector("[type=file]");

export const NOTHING = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E";
export const sent = new Map(); // by job: the file and its address, for as long as the server has no picture of it
export const chosen = () => [...rows.querySelectorAll(".is-chosen")];

export function choose(files) {
  if (!input.multiple) for (const row of chosen()) row.remove();
  const added = [...files].slice(0, input.multiple ? undefined : 1).map(add);
  const first = added.find((row) => row.file);
  if (first) show(first);
  tell("chosen");
}

export function remove(row) {
  row.remove();
  if (stage.dataset.row === row.dataset.url) stage.replaceChildren();
  tell("chosen");
}

export function show(row) {
  const view = document.getElementById("chosen-view").content.cloneNode(true);
  const picture = view.querySelector("[data-picture]");
  picture.alt = row.file.name;
  picture.src = row.dataset.url;
  picture.onload = () => see(picture, picture.naturalWidth, picture.naturalHeight);
  picture.onerror = () => tell("unseen", { picture, row });
  stage.replaceChildren(view);
  stage.dataset.row = row.dataset.url;
  document.getElementById("result").replaceChildren();
}

// A picture of that size is on stage: it takes its room, and whoever draws on it hears of it.
export function see(picture, width, height) {
  fit(picture, width, height);
  tell("picture", { picture, width, height });
}

export function fit(picture, width, height) {
  const times = Math.min(2000 / Math.max(width, height), 4);
  const size = `width='${Math.round(width * times)}' height='${Math.round(height * times)}'`;
  picture.previousElementSibling.src = `data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' ${size}/%3E`;
}

export function tell(name, detail) {
  document.dispatchEvent(new CustomEvent(`tool:${name}`, { detail }));
}

export function add(file) {
  const row = document.getElementById("chosen-row").content.firstElementChild.cloneNode(true);
  row.querySelector(".file-name").textContent = file.name;
  row.querySelector(".file-said").textContent = size(file.size);
  const most = drop.dataset.most;
  if (file.size > most * 1024 ** 2) refuse(row, `This is ${size(file.size)}, and ${most} MB is the most. It is not sent.`);
  else Object.assign(row, { file }).dataset.url = URL.createObjectURL(file);
  draw(row.querySelector("img"), row.dataset.url);
  rows.append(row);
  return row;
}

function draw(thumb, url) {
  thumb.onerror = () => { thumb.src = NOTHING; };
  thumb.src = url ?? NOTHING;
}

export function refuse(row, sentence) {
  row.className = "file is-failed";
  row.querySelector(".file-said").textContent = sentence;
  row.querySelector("progress").hidden = true;
}

function size(bytes) {
  return bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} KB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
