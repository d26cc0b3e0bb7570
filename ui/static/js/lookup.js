// A reference is found by a few letters of its code or name: a list opens under the field, the
// arrows choose, Enter or Tab takes. Without scripts the browser's own suggestions do.

const PAUSE = 120; // milliseconds of rest before asking
const answers = new Map();
const names = new Map(); // what each key met so far is called
let open = null; // the list in sight: { input, box, items, at }
let asked = 0;

async function ask(address, words) {
  const url = `${address}${address.includes("?") ? "&" : "?"}q=${encodeURIComponent(words)}`;
  if (!answers.has(url)) {
    const answer = await fetch(url, { headers: { Accept: "application/json" } });
    // Led to the sign-in page: the session is over, which the next submit will say.
    if (!answer.ok || answer.redirected) return [];
    answers.set(url, (await answer.json()).items);
  }
  for (const { key, label } of answers.get(url)) names.set(`${address} ${key}`, label);
  return answers.get(url);
}

/** Say under a reference what its key is called; `label` where that is known already. */
export function nameOf(input, label) {
  const place = `${input.dataset.lookup} ${input.value}`;
  if (label) names.set(place, label);
  const known = names.get(place);
  let line = input.parentElement.querySelector("[data-found]");
  if (!known || known === input.value) return line?.remove();
  if (!line) {
    line = document.createElement("p");
    line.className = "help";
    line.dataset.found = "";
    input.after(line);
  }
  line.textContent = known;
}

function close() {
  if (!open) return;
  open.box.remove();
  open.input.setAttribute("aria-expanded", "false");
  open.input.removeAttribute("aria-activedescendant");
  open.input.removeAttribute("aria-controls");
  open = null;
}

function highlight(at) {
  const options = open.box.children;
  options[open.at]?.removeAttribute("aria-selected");
  open.at = (at + options.length) % options.length;
  const chosen = options[open.at];
  chosen.setAttribute("aria-selected", "true");
  chosen.scrollIntoView({ block: "nearest" });
  open.input.setAttribute("aria-activedescendant", chosen.id);
}

function option({ key, label }, at) {
  const line = document.createElement("li");
  line.id = `suggestion-${at}`;
  line.setAttribute("role", "option");
  line.dataset.at = String(at);
  const code = document.createElement("b");
  code.textContent = key;
  const words = document.createElement("span");
  words.textContent = label === key ? "" : label;
  line.append(code, words);
  return line;
}

function offer(input, items) {
  close();
  if (items.length === 0 || document.activeElement !== input) return;
  const box = document.createElement("ul");
  box.id = "suggestions";
  box.className = "suggest";
  box.setAttribute("role", "listbox");
  box.setAttribute("aria-label", input.getAttribute("aria-label") || input.labels?.[0]?.textContent || "");
  box.append(...items.map(option));
  document.body.append(box);
  open = { input, box, items, at: -1 };
  input.setAttribute("aria-expanded", "true");
  input.setAttribute("aria-controls", box.id);
  place();
  highlight(0);
}

/** Put the list under its field, or above it where there is no room below. */
function place() {
  if (!open) return;
  const at = open.input.getBoundingClientRect();
  const { box } = open;
  const room = window.innerHeight - at.bottom;
  const above = room < box.offsetHeight + 8 && at.top > room;
  const width = Math.min(Math.max(at.width, 260), window.innerWidth - 16);
  const left = Math.max(8, Math.min(at.left, window.innerWidth - width - 8));
  const top = above ? at.top - box.offsetHeight - 4 : at.bottom + 4;
  // Set through the object model: a style attribute would be refused by the content policy.
  Object.assign(box.style, { left: `${left}px`, top: `${top}px`, width: `${width}px` });
}

function take(at) {
  const { input, items } = open;
  const { key, label } = items[at];
  close();
  input.value = key;
  nameOf(input, label);
  input.dispatchEvent(new Event("input", { bubbles: true }));
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

/** Whether the text stands for a record without more ado: it is its key. */
const settled = (input) => names.has(`${input.dataset.lookup} ${input.value}`);

async function search(input) {
  const words = input.value.trim();
  const turn = ++asked;
  const items = await ask(input.dataset.lookup, words);
  if (turn !== asked || input.value.trim() !== words) return;
  nameOf(input);
  const exact = items.length === 1 && items[0].key === words;
  if (exact) close();
  else offer(input, items);
}

function prepare(input) {
  if (input.getAttribute("role") === "combobox") return;
  input.removeAttribute("list"); // the list of our own takes its place
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-expanded", "false");
}

const isReference = (element) => Boolean(element?.dataset?.lookup) && element.matches?.("input");

/** Take what is highlighted, or what would be once the answer is there; the keys do not wait. */
export async function settle(input) {
  if (open?.input === input) return take(open.at);
  if (!isReference(input) || !input.value || settled(input)) return;
  const words = input.value.trim();
  const [first] = await ask(input.dataset.lookup, words);
  if (first && input.value.trim() === words) {
    input.value = first.key;
    nameOf(input, first.label);
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

function pressed(event) {
  const input = event.target;
  if (!isReference(input) || event.isComposing) return;
  if (!open && event.key === "ArrowDown" && !event.altKey && !input.closest("table")) {
    event.preventDefault();
    search(input);
  }
  if (open?.input !== input) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    event.preventDefault();
    highlight(open.at + step);
  } else if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    close();
  } else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
    // In a form that is filled Enter goes on to the next field; elsewhere it would send the form.
    if (!input.closest("form[data-guard]")) event.preventDefault();
    take(open.at);
  } else if (event.key === "Tab") take(open.at);
}

export function searchReferences(root) {
  let resting = 0;
  root.addEventListener("focusin", (event) => isReference(event.target) && prepare(event.target));
  root.addEventListener("focusout", (event) => open?.input === event.target && close());
  root.addEventListener("keydown", pressed, true);
  root.addEventListener("input", (event) => {
    const input = event.target;
    if (!isReference(input)) return;
    nameOf(input);
    clearTimeout(resting);
    if (!input.value.trim() || settled(input)) return close();
    resting = setTimeout(() => search(input), PAUSE);
  });
  root.addEventListener("mousedown", (event) => {
    const line = event.target.closest?.(".suggest [data-at]");
    if (!line || !open) return;
    event.preventDefault(); // the field keeps the focus
    take(Number(line.dataset.at));
  });
  window.addEventListener("scroll", place, { passive: true, capture: true });
  window.addEventListener("resize", place, { passive: true });
}

/** Find which record each word names, by its key or its exact name: a map to { key, label }. */
export async function namesOf(address, words, csrf) {
  const answer = await fetch(`${address}/named`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": csrf },
    body: JSON.stringify({ words }),
  });
  return new Map(answer.ok && !answer.redirected ? Object.entries(await answer.json()) : []);
}
