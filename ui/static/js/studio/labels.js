// Labels edited where they stand: F2, a double click, or Enter and a press on what is selected already.
// Enter keeps, Escape drops, Tab keeps and goes on to the next; what comes from the server leaves it open.
const [LEAST, MOST] = [140, 400]; // pixels
let open = null;
let keep = () => {};

const spots = () => [...document.querySelectorAll("#canvas [data-label]")];
const spotOf = (words) => spots().find((one) => one.dataset.label === words);
const linkOf = (spot) => spot.closest("a");

function placed(input, spot) {
  const host = spot.closest(".labelled, .line");
  const [box, around] = [spot.getBoundingClientRect(), host.getBoundingClientRect()];
  host.append(input);
  const left = Math.min(box.left - around.left - 9, Math.max(0, around.width - LEAST));
  input.style.left = `${left}px`;
  const room = linkOf(spot).getBoundingClientRect().right - around.left - left;
  input.style.width = `${Math.max(LEAST, Math.min(MOST, around.width - left, Math.max(room, box.width + 60)))}px`;
  input.style.top = `${box.top - around.top + box.height / 2 - input.offsetHeight / 2}px`;
}

function edit(words, typed) {
  const spot = spotOf(words);
  if (!spot) return;
  if (open) close(true);
  const input = document.createElement("input");
  input.className = "in naming";
  input.value = typed?.value ?? spot.textContent;
  input.maxLength = 2000;
  input.autocomplete = "off";
  input.setAttribute("aria-label", `${document.getElementById("bench").dataset.naming}: ${spot.textContent}`);
  const row = spot.closest("[draggable]");
  if (row) row.draggable = false; // or its text could not be marked by mouse
  open = { words, input, was: spot.textContent };
  placed(input, spot);
  input.addEventListener("keydown", pressed);
  input.addEventListener("blur", () => open?.input === input && close(true));
  input.focus({ preventScroll: true });
  input.scrollIntoView({ block: "nearest" });
  if (typed) input.setSelectionRange(typed.start, typed.end);
  else input.select();
}

function close(kept) {
  const { words, input, was: before } = open;
  open = null;
  const text = input.value.trim();
  const spot = spotOf(words);
  input.remove();
  const row = spot?.closest("[draggable]");
  if (row) row.draggable = true;
  if (!kept || !spot || !text || text === before) return;
  const { was } = spot.dataset;
  [spot.textContent, spot.dataset.was] = [text, JSON.stringify(text)];
  keep({ do: `call:${words}`, text, was });
}

function pressed(event) {
  if (event.isComposing) return; // Enter takes over what an input method offers
  const { words } = open;
  if (event.key === "Enter" || event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    close(event.key === "Enter");
    linkOf(spotOf(words))?.focus();
  } else if (event.key === "Tab") {
    event.preventDefault();
    const all = spots();
    const next = all[all.findIndex((one) => one.dataset.label === words) + (event.shiftKey ? -1 : 1)];
    close(true);
    if (next) edit(next.dataset.label);
    else linkOf(spotOf(words))?.focus();
  }
}

// What is being typed, taken out of a page that is about to be another; `resumed` opens it there.
export function held() {
  if (!open) return null;
  const { words, input } = open;
  open = null;
  const typed = { words, value: input.value, start: input.selectionStart, end: input.selectionEnd };
  input.remove();
  return typed;
}
export const resumed = (typed) => edit(typed.words, typed);

// What needs this to work is shown only now.
export function begun() {
  for (const one of document.querySelectorAll("[data-rename]")) one.hidden = false;
}

export function labels(act, queued) {
  keep = act;
  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    const pen = event.target.closest("[data-rename]");
    const link = pen ? null : event.target.closest("#canvas a[data-go]");
    const spot = pen ? pen.closest(".line, .hd").querySelector("[data-label]") : link?.querySelector("[data-label]");
    if (!spot) return;
    // A key that presses a link has no place; a press beside the words only selects.
    const again = link?.hasAttribute("aria-current") && (event.detail === 0 || spot.contains(event.target));
    if (!pen && !again && event.detail < 2) return;
    event.preventDefault();
    event.stopPropagation();
    queued(() => edit(spot.dataset.label));
  }, true);
  document.addEventListener("keydown", (event) => {
    const spot = event.key === "F2" && event.target.closest("#canvas a[data-go]")?.querySelector("[data-label]");
    if (!spot) return;
    event.preventDefault();
    queued(() => edit(spot.dataset.label));
  });
}
