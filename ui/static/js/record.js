// The page of a record: keys, printing, names behind an @, the rail at the state that stands.
import { offerNames } from "./mentions.js";

for (const area of document.querySelectorAll("[data-mentions]")) offerNames(area);

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    button.closest("details").open = false;
    whole().then(() => print());
  });
}

// Of a long table the first rows are drawn. All of them come when somebody asks for them, searches
// in the page or prints it; the address then says so, and the page stays whole when it is renewed.
let coming = null;
async function fetched(rest) {
  rest.setAttribute("aria-busy", "true");
  const answer = await fetch(rest.href);
  const made = answer.ok && !answer.redirected
    ? new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("part-facts") : null;
  const old = document.getElementById("part-facts");
  if (!made || !old) return location.assign(rest.href);
  await window.htmx.swap({ sourceElement: old, target: old, swap: "outerHTML", text: made.outerHTML });
  history.replaceState(history.state, "", rest.href.split("#")[0]);
  const table = document.querySelector("#part-facts .tablewrap");
  table.tabIndex = -1;
  table.focus({ preventScroll: true });
}
function whole() {
  const rest = document.querySelector("[data-rest]");
  if (rest) coming ??= fetched(rest).finally(() => { coming = null; });
  return coming ?? Promise.resolve();
}
document.addEventListener("click", (event) => {
  if (!event.target.closest?.("[data-rest]") || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  whole();
});
document.addEventListener("keydown", (event) => {
  const letter = event.ctrlKey || event.metaKey ? event.key.toLowerCase() : "";
  if (!document.querySelector("[data-rest]")) return;
  if (letter === "f" || event.key === "F3") whole();
  if (letter !== "p") return;
  event.preventDefault();
  whole().then(() => print());
});
addEventListener("beforeprint", () => {
  const format = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
  for (const time of document.querySelectorAll("[data-now]")) time.textContent = format.format(new Date());
});

// A key that stands on a link or a field goes there, unless somebody is typing.
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || event.key.length !== 1) return;
  const target = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (!target || target.offsetParent === null) return;
  event.preventDefault();
  target.matches("a") ? target.click() : target.focus();
});

// On a narrow screen the rail begins where the record stands.
const now = document.querySelector(".rail .now");
if (now) now.parentElement.scrollLeft = now.offsetLeft - (now.parentElement.clientWidth - now.offsetWidth) / 2;
