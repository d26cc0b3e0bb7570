// The page of a record: keys, printing, names behind an @, the rail at the state that stands.
import { offerNames } from "./mentions.js";

for (const area of document.querySelectorAll("[data-mentions]")) offerNames(area);

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    button.closest("details").open = false;
    print();
  });
}
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
