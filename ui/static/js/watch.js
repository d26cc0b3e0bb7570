// Open pages stay current: asks for news of what stands in data-watch, and takes over the parts that
// have changed. Nobody loses what they type, tick or look at: a part in use waits until it is not.

const EVERY = 1500;
const SLOWEST = 30000;

export function watch(body) {
  let cursor = Number(body.dataset.cursor);
  if (!cursor || !window.htmx) return;
  let wait = EVERY;
  let timer = 0;
  const waiting = new Set();

  const parts = () => [...body.querySelectorAll("[data-watch][id]")];
  const names = (part) => part.dataset.watch.split(" ").filter(Boolean);

  async function ask() {
    const query = new URLSearchParams({ since: String(cursor) });
    for (const name of new Set(parts().flatMap(names))) query.append("watch", name);
    const answer = await fetch(`${body.dataset.news}?${query}`, { headers: { Accept: "application/json" } });
    if (answer.redirected || answer.status === 401) {
      location.reload(); // signed out, perhaps from elsewhere: nothing stays on the screen
      return false;
    }
    if (answer.status === 403) return false;
    if (!answer.ok) throw new Error(String(answer.status));
    if (answer.status === 204) return true;
    const news = await answer.json();
    const heard = new Set(news.heard);
    cursor = news.cursor;
    for (const part of parts()) if (names(part).some((name) => heard.has(name))) waiting.add(part.id);
    return true;
  }

  async function take() {
    const free = [...waiting].map((id) => document.getElementById(id)).filter((part) => part && !used(part));
    for (const id of waiting) if (!document.getElementById(id)) waiting.delete(id);
    if (!free.length) return;
    const whole = free.filter((part) => !part.hasAttribute("hx-get"));
    for (const part of free) {
      waiting.delete(part.id);
      if (!whole.includes(part)) window.htmx.trigger(part, "refresh");
    }
    if (!whole.length) return;
    const answer = await fetch(location.href);
    if (!answer.ok || answer.redirected) return;
    const made = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const old of whole) {
      const part = made.getElementById(old.id);
      if (part && old.isConnected && !used(old)) await replace(old, part);
      else if (part && old.isConnected) waiting.add(old.id);
    }
  }

  async function turn() {
    timer = 0;
    try {
      if (!(await ask())) return;
      await take();
      wait = EVERY;
    } catch {
      wait = Math.min(wait * 2, SLOWEST);
    }
    if (!document.hidden) timer = setTimeout(turn, wait);
  }

  document.addEventListener("visibilitychange", () => {
    clearTimeout(timer);
    timer = document.hidden ? 0 : setTimeout(turn, 0);
  });
  if (!document.hidden) timer = setTimeout(turn, EVERY);
}

// A part is in use while somebody types in it, has ticked, typed or opened something there.
function used(part) {
  const active = document.activeElement;
  if (part.contains(active) && active.matches("input:not([type=checkbox]), textarea, select")) return true;
  if (part.querySelector("details.menu[open], .drag") || document.querySelector("dialog[open]")) return true;
  if (part.hasAttribute("hx-get")) return false;
  return [...part.querySelectorAll("input, textarea, select")].some((field) =>
    field.matches("[type=hidden], [type=submit]") ? false
      : field.matches("[type=checkbox], [type=radio]") ? field.checked !== field.defaultChecked
      : field.matches("select") ? [...field.options].some((one) => one.selected !== one.defaultSelected)
      : field.value !== field.defaultValue);
}

async function replace(old, part) {
  if (old.outerHTML === part.outerHTML) return;
  const open = [...old.querySelectorAll("details[open]")].map((one) => [...old.querySelectorAll("details")].indexOf(one));
  await window.htmx.swap({ sourceElement: old, target: old, swap: "outerMorph", text: part.outerHTML });
  const now = document.getElementById(part.id);
  const folds = now?.querySelectorAll("details") ?? [];
  for (const place of open) if (folds[place]) folds[place].open = true;
  now?.classList.add("fresh");
  setTimeout(() => now?.classList.remove("fresh"), 1600);
}
