// What means nothing with the other choices is hidden; the button tells the price, sliders and scales their value.
import { chosen } from "./files.js";

const form = document.getElementById("tool");
const told = form.querySelector("[data-price-told]");
let size = null; // of the picture on stage, in pixels

form.addEventListener("input", tell);
for (const name of ["tool:chosen", "htmx:after:swap"]) document.addEventListener(name, tell);
document.addEventListener("tool:picture", ({ detail }) => {
  size = detail;
  tell();
});
tell();

function tell() {
  const data = new FormData(form);
  for (const part of form.querySelectorAll("[data-when]")) part.hidden = !holds(part.dataset.when, data);
  for (const output of form.querySelectorAll("output")) output.value = form.querySelector(`#${output.htmlFor}`).value;
  for (const times of form.querySelectorAll("[data-times]")) {
    times.textContent = size ? `${size.width * times.dataset.times} × ${size.height * times.dataset.times}` : "";
  }
  if (told) price();
}

function holds(condition, data) {
  const [, name, not, values] = /(\w+)(!?)=(.*)/.exec(condition);
  return values.split(" ").includes(data.get(name)) !== Boolean(not);
}

function price() {
  const count = chosen().length || 1;
  const again = "freeAgain" in form.dataset && !chosen().length && document.querySelector("#stage [data-job]");
  const each = again ? 0 : +(form.querySelector("[data-price]:checked")?.dataset.price ?? form.dataset.price);
  told.textContent = each ? `${each * count} credits` : "free";
  form.querySelector("[data-balance]").textContent = document.querySelector("#balance b").textContent;
  form.querySelector("[data-sum]").textContent = count > 1 && each ? `${count} pictures at ${each} each. ` : "";
}
