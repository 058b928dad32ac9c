// Sends each picture on its own, one after the other, and puts the server's row in place of ours.
import { add, chosen, refuse, sent, tell } from "./files.js";

const form = document.getElementById("tool");
const answer = document.getElementById("answer");
const stage = document.getElementById("stage");
let busy = false;

form.addEventListener("submit", (event) => {
  event.preventDefault();
  deliver(chosen());
});

document.addEventListener("click", (event) => {
  const kept = sent.get(event.target.closest("[data-retry]")?.dataset.retry);
  if (!kept?.file) return;
  event.preventDefault();
  deliver([add(kept.file)]);
});

async function deliver(rows) {
  if (busy) return;
  busy = true;
  answer.replaceChildren();
  const waits = [];
  tell("prepare", waits);
  try {
    await Promise.all(waits);
    await sendAll(rows);
  } catch ({ message }) {
    say(message);
  }
  busy = false;
  tell("chosen");
}

async function sendAll(rows) {
  const earlier = stage.querySelector("[data-job]")?.dataset.job;
  if (!rows.length && stage.querySelector("[hx-get]")) return; // it is being worked on
  if (!rows.length && !earlier && !form.querySelector("[data-source]")) return say("Add a picture first.");
  for (const row of rows.length ? rows : [blank()]) {
    const text = await send(row, row.file ? null : earlier);
    if (!text) break;
    await put(row, text, row === rows[0] || !row.file);
  }
}

// What is sent: the row's picture; or, with none, the earlier job on stage once more; or the one the page came with.
function body(row, earlier) {
  const data = new FormData(form);
  data.delete("image");
  if (row.file || earlier) ["job", "again"].forEach((name) => data.delete(name));
  if (row.file) data.set("image", row.file);
  else if (earlier) data.set("again", earlier);
  return data;
}

function send(row, earlier) {
  const bar = row.querySelector("progress");
  const request = new XMLHttpRequest();
  request.open("POST", form.getAttribute("action")); // a field may be called action
  request.setRequestHeader("HX-Request", "true");
  request.upload.onprogress = ({ loaded, total }) => Object.assign(bar, { hidden: false, value: loaded / total });
  request.send(body(row, earlier));
  return new Promise((done) => {
    request.onloadend = () => done(took(row, request));
  });
}

// The row that came back; undefined where the rest should not be sent either.
function took(row, { status, responseText }) {
  row.querySelector("progress").hidden = true;
  if (status === 200) return responseText;
  const told = new DOMParser().parseFromString(responseText, "text/html").body;
  if (row.file && [413, 415].includes(status)) {
    refuse(row, told.textContent.trim());
    return "refused";
  }
  if (!row.file) row.remove();
  if (status) answer.replaceChildren(...told.childNodes);
  else say("There was no answer, so nothing was charged. Press again in a moment.");
}

async function put(row, text, first) {
  if (text === "refused") return;
  const id = /id="row-(\w+)"/.exec(text)?.[1];
  sent.set(id, row.file ? { file: row.file, url: row.dataset.url } : { url: stage.querySelector("[data-before], .whole")?.src });
  await htmx.swap({ text, target: row, swap: "outerHTML", sourceElement: form });
  if (!first) return;
  history.replaceState(null, "", `?batch=${form.elements.batch.value}&show=${id}`); // so that reloading loses nothing
  await htmx.ajax("GET", `/jobs/${id}?as=stage`, { target: stage, swap: "innerHTML" });
  if (stage.getBoundingClientRect().top < 0) stage.scrollIntoView();
}

function blank() {
  const row = document.getElementById("chosen-row").content.firstElementChild.cloneNode(true);
  document.getElementById("rows").append(row);
  return row;
}

function say(sentence) {
  answer.innerHTML = "<p class=\"wrong\"></p>";
  answer.firstChild.textContent = sentence;
}
