// The pages work without any of this; it makes them quicker under the fingers.
import { searchReferences } from "./lookup.js";
import { guardForms } from "./guard.js";
import { watch } from "./watch.js";
import "./palette.js";

searchReferences(document);
guardForms(document);
watch(document.body);

// The slash goes to the search box; Ctrl K opens the palette (palette.js).
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  const box = document.querySelector("[data-hotkey]");
  if (event.key !== "/" || typing || !box || box.offsetParent === null) return;
  event.preventDefault();
  box.select();
});

// A part of the page that cannot be fetched leaves the old one standing, and says so.
document.addEventListener("htmx:error", () => {
  const toasts = document.getElementById("toasts");
  const toast = document.createElement("div");
  toast.className = "toast";
  toast.textContent = toasts.dataset.lost;
  toasts.replaceChildren(toast);
});

// Messages go by themselves, or when they are pressed.
const READ = 9000;
const pass = () => {
  for (const toast of document.querySelectorAll(".toast:not([data-goes])")) {
    toast.dataset.goes = "yes";
    setTimeout(() => toast.remove(), READ);
  }
};
pass();
document.addEventListener("htmx:after:swap", pass);
document.addEventListener("click", (event) => event.target.closest?.(".toast")?.remove());

// A summary of problems is read out and reached first.
document.getElementById("problems")?.focus();

// One menu open at a time; Escape or a click elsewhere closes it.
const close = (except) =>
  document.querySelectorAll("details.menu[open]").forEach((menu) => menu !== except && (menu.open = false));
document.addEventListener("click", (event) => close(event.target.closest?.("details.menu")));
document.addEventListener("keydown", (event) => event.key === "Escape" && close());

// A place field offers the device's own position where the browser may tell it.
for (const button of document.querySelectorAll("[data-locate]")) {
  if (!navigator.geolocation || !window.isSecureContext) continue;
  button.hidden = false;
  button.addEventListener("click", () => {
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      const input = document.getElementById(button.dataset.locate);
      input.value = `${coords.latitude.toFixed(6)},${coords.longitude.toFixed(6)}`;
    });
  });
}

// A progress page asks again by itself; leaving the tab stops it.
const waiting = document.querySelector("[data-again]");
if (waiting) {
  const again = () => (document.hidden ? setTimeout(again, 1000) : location.reload());
  setTimeout(again, Number(waiting.dataset.again) * 1000);
}
