// The builder of a formula: what it gives shows while one types; names and functions are put in at the
// cursor, by a press or by keys, without leaving the formula.
const PAUSE = 250;
let timer = 0;
let asked = null;
let chosen = null; // the record somebody tries on; it stays while they work on other fields

const box = () => document.querySelector("textarea[data-formula]");
const list = () => document.getElementById("pieces");
const options = () => [...list().querySelectorAll("[role=option]")].filter((one) => !one.hidden);
const active = () => list().querySelector("[aria-selected=true]");

async function reckon() {
  const [area, on] = [box(), document.getElementById("reckon-on")];
  if (!area || !on) return;
  asked?.abort();
  asked = new AbortController();
  const given = new URLSearchParams({ at: area.dataset.formula, text: area.value, record: on.value });
  try {
    const answer = await fetch(`${on.closest("[data-reckon]").dataset.reckon}?${given}`, { signal: asked.signal });
    const shown = document.getElementById("reckoned");
    if (!answer.ok || answer.redirected || !shown || box()?.dataset.formula !== area.dataset.formula) return;
    const made = new DOMParser().parseFromString(await answer.text(), "text/html").body;
    if (shown.innerHTML.trim() !== made.innerHTML.trim()) shown.replaceChildren(...made.childNodes);
  } catch {
    // a newer one is on its way, or the line is gone: what stands there stays
  }
}

function choose(option) {
  active()?.setAttribute("aria-selected", "false");
  option?.setAttribute("aria-selected", "true");
  if (option) box().setAttribute("aria-activedescendant", option.id);
  else box().removeAttribute("aria-activedescendant");
  option?.scrollIntoView({ block: "nearest" });
}

// The name before the cursor, as far as it is typed.
const typed = (area) => /[\p{L}_][\p{L}\d_.]*$/u.exec(area.value.slice(0, area.selectionStart))?.[0] ?? "";

function narrow() {
  const word = typed(box()).toLowerCase();
  const all = [...list().querySelectorAll("[role=option]")];
  const fits = all.filter((one) => one.dataset.find.includes(word));
  for (const one of all) one.hidden = fits.length > 0 && !fits.includes(one);
  for (const group of list().querySelectorAll("[role=group]")) group.hidden = !group.querySelector("[role=option]:not([hidden])");
  choose(null);
}

// Inside of a sum a column is written bare.
const summed = (before) => /\b(sum|avg|min|max|count)\([^()]*$/.test(before);

function put(option) {
  const area = box();
  const word = typed(area);
  const fits = word && option.dataset.find.includes(word.toLowerCase());
  const start = area.selectionStart - (fits ? word.length : 0);
  const bare = option.dataset.within && summed(area.value.slice(0, start));
  const [head, tail = ""] = (bare ? option.dataset.within : option.dataset.insert).split("|");
  area.focus();
  area.setRangeText(head + tail, start, area.selectionEnd, "end");
  area.setSelectionRange(start + head.length, start + head.length);
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

function keyed(event) {
  const area = event.target;
  const at = active();
  const going = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.isComposing) return;
  if (going && (at || event.altKey || typed(area))) {
    event.preventDefault();
    const all = options();
    choose(all[(all.indexOf(at) + going + all.length) % all.length] ?? all[0]);
  } else if (event.key === "Enter") {
    event.preventDefault(); // a formula is one line
    if (at) put(at);
    else area.dispatchEvent(new Event("change", { bubbles: true }));
  } else if (event.key === "Escape" && at) {
    event.preventDefault();
    choose(null);
  }
}

// Called whenever an inspector is shown.
export function begun() {
  const [area, on] = [box(), document.getElementById("reckon-on")];
  if (!area || area.dataset.ready) return;
  area.dataset.ready = "yes";
  document.querySelector("[data-keys]").hidden = false;
  area.addEventListener("keydown", keyed);
  area.addEventListener("input", () => {
    narrow();
    clearTimeout(timer);
    timer = setTimeout(reckon, PAUSE);
  });
  area.addEventListener("blur", () => choose(null));
  list().addEventListener("mousedown", (event) => event.preventDefault()); // the cursor stays in the formula
  list().addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) put(option);
  });
  document.getElementById("reckoned").addEventListener("click", (event) => {
    const spot = event.target.closest("[data-spot]");
    if (!spot) return;
    area.focus();
    area.setSelectionRange(Number(spot.dataset.spot), Number(spot.dataset.till));
  });
  on.addEventListener("change", () => {
    chosen = on.value;
    reckon();
  });
  const kept = [...on.options].some((one) => one.value === chosen) && chosen !== on.value;
  if (kept) on.value = chosen;
  if (kept || area.value !== area.defaultValue) reckon();
}
