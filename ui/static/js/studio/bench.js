// The designer under the fingers: every change goes to the server at once and comes back as the page
// it makes; focus, what is being typed and the preview stay. Without this the page works by its buttons.
import { dragFields } from "./dragging.js";
import { alike, clean, following, half, lacking, place, pressed, putBack, renamed, saying, standing, unsent, whole } from "./keeping.js";
import { begun, held, labels, resumed } from "./labels.js";

const PARTS = [".sbar", "#bench > .palette", "#bench > .canvas", "#bench > .inspector", "#bench > .panel"];
let turn = Promise.resolve();

// Nothing is swapped under a finger: what is pressed would be gone before it is let go, and what is
// dragged before it is dropped. A drag calls off the press it came of, and says itself when it is over.
let free = Promise.resolve();
addEventListener("pointerdown", () => {
  const over = new AbortController();
  let dragged = false;
  free = new Promise((done) => {
    const end = () => (over.abort(), setTimeout(done));
    const on = (name, then, capture = false) => addEventListener(name, then, { capture, signal: over.signal });
    on("dragstart", () => (dragged = true), true);
    for (const name of ["pointerup", "pointercancel", "blur"]) on(name, () => dragged || end());
    on("dragend", end);
    on("pointerdown", end, true);
  });
}, true);

let under = 0;
function queued(work) {
  const bench = document.getElementById("bench");
  under += 1;
  bench?.setAttribute("aria-busy", "true");
  turn = turn.then(work, work).finally(() => {
    under -= 1;
    if (!under) bench?.removeAttribute("aria-busy");
  });
  return turn;
}
const lost = () => {
  const toast = document.createElement("div");
  toast.className = "toast";
  const toasts = document.getElementById("toasts");
  toast.textContent = toasts.dataset.lost;
  toasts.replaceChildren(toast);
};

// What somebody has unfolded in the inspector stays so.
const unfolded = () => [...document.querySelectorAll("#inspector details")];
const named = (one) => `${one.closest("[data-key]")?.dataset.key ?? ""} ${one.querySelector("summary").textContent}`;

// A canvas may hold hundreds of rows, of which an edit changes one: the others stay as they are.
function grown(old, fresh) {
  if (old.isEqualNode(fresh)) return old;
  const alike = old.tagName === fresh.tagName && old.id === fresh.id && old.children.length === fresh.children.length;
  if (!alike || !fresh.children.length || bare(old) !== bare(fresh)) {
    old.replaceWith(fresh);
    return fresh;
  }
  for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  const parts = [...fresh.children];
  [...old.children].forEach((child, number) => grown(child, parts[number]));
  return old;
}
// The words of a thing beside its parts.
const bare = (one) => [...one.childNodes].filter((child) => child.nodeType === 3).map((child) => child.data.trim()).join(" ");

function take(made, focus, refusing) {
  const naming = held();
  renamed(made, waiting);
  const sought = document.getElementById("brick-find")?.value;
  const unsaid = unsent(refusing);
  const [box, followed] = [place(), following()];
  const active = document.activeElement;
  const folding = active?.matches?.("#inspector summary") ? named(active.parentElement) : "";
  const was = { start: active?.selectionStart, end: active?.selectionEnd };
  const open = unfolded().filter((one) => one.open).map(named);
  const scrolls = PARTS.map((part) => document.querySelector(part)?.scrollTop ?? 0);
  PARTS.forEach((part, number) => {
    const [old, fresh] = [document.querySelector(part), made.querySelector(part)];
    if (!old || !fresh) return;
    const now = part === "#bench > .canvas" ? grown(old, fresh) : (old.replaceWith(fresh), fresh);
    now.scrollTop = scrolls[number];
  });
  document.getElementById("bench").dataset.at = made.getElementById("bench").dataset.at;
  document.querySelector(".studio").dataset.revision = made.querySelector(".studio").dataset.revision;
  const toasts = made.getElementById("toasts");
  if (toasts.children.length) document.getElementById("toasts").replaceChildren(...toasts.children);
  for (const one of unfolded()) if (open.includes(named(one))) one.open = true;
  followed();
  putBack(unsaid, refusing);
  begin();
  if (sought) seek(sought);
  if (naming) return resumed(naming), look();
  const to = document.getElementById(focus) ?? box() ?? unfolded().find((one) => folding && named(one) === folding)?.querySelector("summary");
  to?.focus({ preventScroll: true });
  if (to && !focus && was.start !== null && was.start !== undefined && "setSelectionRange" in to) {
    try {
      to.setSelectionRange(was.start, was.end);
    } catch {
      // a number or a date has no place for the cursor
    }
  }
  to?.scrollIntoView?.({ block: "nearest" });
  // On a phone the inspector stands below what it is about.
  if (focus && innerWidth <= 760) document.getElementById("inspector").scrollIntoView();
  look();
}

async function page(address, options, focus) {
  try {
    const answer = await fetch(address, options);
    const made = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!made.getElementById("bench")) return location.assign(answer.url);
    await new Promise((done) => setTimeout(done)); // a long form is read and put in its place in two goes
    for (let held; held !== free; await held) held = free;
    take(made, focus, answer.status === 422);
    if (answer.url !== location.href) history.pushState(null, "", answer.url);
  } catch {
    lost();
  }
}

const waiting = new Set(); // what is to be sent, as it stood when that was said
const SAYING = ["put", "map", "suggest", "place"]; // what the other buttons send along, nobody reads

function send(form, button, more = {}) {
  const kept = new FormData(form);
  const to = form.action; // that of the page it is on by now
  const number = alike(form).indexOf(form);
  const put = button?.matches?.("[data-put]") && !Object.keys(more).length;
  const [verb, what] = (more.do ?? (button?.name === "do" ? button.value : kept.get("do")) ?? "").split(/:(.*)/s);
  const moved = ["up", "down", "move"].includes(verb) && document.querySelector(`[data-at="${CSS.escape(what)}"]`);
  const now = pressed(button);
  waiting.add(kept);
  return queued(async () => {
    waiting.delete(kept);
    const found = standing(form, number, kept.get("at"));
    const by = put ? (found?.querySelector("[data-put]") ?? button) : now();
    if (!(put ? found === null || (found && clean(found)) : button && !by)) {
      const body = put && found ? whole(found) : new URLSearchParams(found ? new FormData(found) : kept);
      if (by?.name) body.append(by.name, by.value);
      for (const [key, value] of Object.entries(more)) body.set(key, value);
      saying(put || SAYING.includes(verb) ? found : null, !put);
      await page(to, { method: "POST", body }, moved ? `r-${what}` : "");
      saying(null);
    }
  });
}

// What is said without a button: by dragging, by keys, on the canvas.
const act = (more) => send(document.querySelector("form[data-acts], .palette form"), null, more);

// The preview takes over the new form in place: nothing flickers, what was typed there stays away.
async function look() {
  const frame = document.querySelector("#live iframe");
  const revision = document.querySelector(".studio").dataset.revision;
  if (!frame) return;
  const shown = frame.contentDocument?.querySelector("main");
  if (!shown || shown.dataset.revision === revision) return took(shown);
  const answer = await fetch(frame.src);
  if (!answer.ok) return;
  const made = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("main");
  const top = frame.contentWindow.scrollY;
  if (made.querySelector("[data-live]")) return frame.contentWindow.location.reload(); // it reacts to what is filled in
  shown.replaceWith(frame.contentDocument.adoptNode(made));
  frame.contentWindow.scrollTo(0, top);
  took(made);
}
const took = (shown) => {
  document.querySelector("[data-took]").textContent = shown?.dataset.took ?? "";
};

function begin() {
  const find = document.getElementById("brick-find");
  if (find) find.hidden = false;
  dragFields(document.getElementById("bench"), act);
  begun();
  // Few fields are computed: what builds their formulas comes with the first.
  if (document.querySelector("[data-formula]")) import("./formula.js").then((builder) => builder.begun());
}
labels(act, queued);

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-act], form[data-studio], form[data-go]") || !document.getElementById("bench")) return;
  event.preventDefault();
  if ("go" in form.dataset) queued(() => page(`?${new URLSearchParams(new FormData(form))}`, {}));
  else send(form, event.submitter);
});
document.addEventListener("change", (event) => {
  // A pair is sent once it has both its name and its value, a row once it has everything it needs.
  if ("still" in event.target.dataset || half(event.target) || lacking(event.target)) return;
  const form = event.target.closest("form[data-auto]");
  if (form) send(form, form.querySelector("[data-put]"));
});
document.addEventListener("click", (event) => {
  const away = event.target.closest("a[href]:not([data-go])");
  if (away && under && !away.target && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault(); // what was typed is said before the page is left
    queued(() => location.assign(away.href));
  }
  const link = event.target.closest("a[data-go]");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    queued(() => page(link.href, {}, link.id));
  }
  const width = event.target.closest("[data-width]");
  if (!width) return;
  document.querySelector("#live iframe").className = width.dataset.width;
  document.getElementById("bench").classList.toggle("wide", width.dataset.width === "desktop");
  for (const one of document.querySelectorAll("[data-width]")) one.setAttribute("aria-pressed", String(one === width));
});
addEventListener("popstate", () => queued(() => page(location.href, {})));

// The palette narrows while one types; Enter puts in the first that is left.
function seek(typed) {
  document.getElementById("brick-find").value = typed;
  const word = typed.trim().toLowerCase();
  for (const brick of document.querySelectorAll(".brick"))
    brick.parentElement.hidden = !`${brick.textContent} ${brick.dataset.kind}`.toLowerCase().includes(word);
}
document.addEventListener("input", (event) => {
  if (event.target.id === "brick-find") seek(event.target.value);
});
let going = null; // the row that is being removed: pressed once more, its key means no other one
document.addEventListener("keydown", (event) => {
  const { target, key } = event;
  if (target.id === "brick-find") {
    if (key === "Escape") document.querySelector(".fieldrow.on a, #canvas a")?.focus();
    const first = document.querySelector(".bricks li:not([hidden]) .brick");
    if (key !== "Enter" || !first) return;
    event.preventDefault();
    target.value = "";
    // Behind what is selected by then, should that be on its way yet.
    queued(() => {
      const brick = document.querySelector(`.brick[data-kind="${first.dataset.kind}"]`);
      send(brick.form, brick);
    });
    return;
  }
  if ((event.ctrlKey || event.metaKey) && !event.altKey && ["z", "y"].includes(key.toLowerCase()) && !target.closest("input, textarea, select")) {
    event.preventDefault();
    document.getElementById(key.toLowerCase() === "y" || event.shiftKey ? "redo" : "undo").click();
    return;
  }
  if (target.closest("input, textarea, select")) return;
  if (key === "/") {
    event.preventDefault();
    event.stopPropagation();
    document.getElementById("brick-find")?.focus();
    return;
  }
  const row = target.closest(".fieldrow");
  if (!row) return;
  if (event.altKey && (key === "ArrowUp" || key === "ArrowDown")) {
    event.preventDefault();
    act({ do: `${key === "ArrowUp" ? "up" : "down"}:${row.dataset.at}`, at: row.dataset.at });
  } else if (key === "ArrowUp" || key === "ArrowDown") {
    event.preventDefault();
    const rows = [...document.querySelectorAll(".fieldrow > .line > a")];
    rows[rows.indexOf(row.querySelector(".line > a")) + (key === "ArrowUp" ? -1 : 1)]?.focus();
  } else if (key === "Delete") {
    event.preventDefault();
    if (row === going) return;
    going = row;
    act({ do: `remove:${row.dataset.at}` }).then(() => (going = null));
  }
}, true);

document.querySelector("#live iframe")?.addEventListener("load", (event) => took(event.target.contentDocument.querySelector("main")));
begin();
look();
