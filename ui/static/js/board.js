// Boards: dragging a card presses the button of its menu that leads there; the server decides.

const card = (node) => node?.closest?.(".k");
const ways = (moved, lane) =>
  [...moved.querySelectorAll("button[name=take]")].filter((button) => button.value.endsWith(`:${lane}`));
let dragged = null;

document.addEventListener("dragstart", (event) => {
  dragged = card(event.target);
  if (!dragged) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.querySelector("a").textContent);
  dragged.classList.add("drag");
  for (const lane of document.querySelectorAll(".col")) {
    if (ways(dragged, lane.dataset.lane).length) lane.classList.add("open");
  }
});
document.addEventListener("dragend", () => {
  dragged?.classList.remove("drag");
  document.querySelectorAll(".col").forEach((lane) => lane.classList.remove("open", "aim"));
  dragged = null;
});
document.addEventListener("dragover", (event) => {
  const lane = event.target.closest?.(".col.open");
  document.querySelectorAll(".col.aim").forEach((other) => other !== lane && other.classList.remove("aim"));
  if (!dragged || !lane) return;
  event.preventDefault();
  lane.classList.add("aim");
});
document.addEventListener("drop", (event) => {
  const lane = event.target.closest?.(".col.open");
  if (!dragged || !lane) return;
  event.preventDefault();
  const found = ways(dragged, lane.dataset.lane);
  if (found.length === 1) return found[0].click();
  dragged.querySelector("details").open = true; // several steps lead there: a person chooses
  found[0].focus();
});

// What others did is taken over in place: the card one is at stays in hand wherever it went, columns
// keep the cards that were asked for, and what is new in its column shows for a moment.
const places = () => new Map([...document.querySelectorAll(".k")].map((one) => [one.id, one.closest(".col").dataset.lane]));
let before = places();
let held = "";

document.addEventListener("htmx:before:swap", () => {
  before = places();
  held = card(document.activeElement)?.id ?? "";
});
document.addEventListener("htmx:after:swap", () => {
  const board = document.getElementById("board");
  if (!board) return;
  const most = Math.max(0, ...[...board.querySelectorAll(".col")].map((lane) => lane.querySelectorAll(".k").length));
  const page = Number(board.dataset.cards);
  const address = new URL(board.getAttribute("hx-get"), location);
  if (most > page) address.searchParams.set("_cards", String(Math.ceil(most / page) * page));
  board.setAttribute("hx-get", address.pathname + address.search);
  for (const [id, lane] of places()) {
    const moved = document.getElementById(id);
    moved.classList.toggle("fresh", before.size > 0 && before.get(id) !== lane);
  }
  if (held && document.activeElement === document.body) document.getElementById(held)?.querySelector("a").focus();
});

// Arrows walk the cards; m opens the menu of the one walked to.
document.addEventListener("keydown", (event) => {
  const board = document.querySelector(".board");
  if (!board || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, dialog, details[open]")) return;
  const here = card(event.target);
  const lanes = [...board.querySelectorAll(".col")];
  const cards = (lane) => [...(lane?.querySelectorAll(".k") ?? [])];
  const lane = here?.closest(".col");
  const row = here ? cards(lane).indexOf(here) : 0;
  const beside = (by) => {
    for (let at = lanes.indexOf(lane) + by; lanes[at]; at += by) {
      const there = cards(lanes[at]);
      if (there.length) return there[Math.min(row, there.length - 1)];
    }
    return here;
  };
  let next = null;
  if (event.key === "ArrowDown" || event.key === "j") next = here ? cards(lane)[row + 1] : cards(lanes.find((one) => cards(one).length))[0];
  else if (event.key === "ArrowUp" || event.key === "k") next = cards(lane)[row - 1];
  else if (event.key === "ArrowRight" && here) next = beside(1);
  else if (event.key === "ArrowLeft" && here) next = beside(-1);
  else if (event.key === "m" && here?.querySelector("details")) {
    here.querySelector("details").open = true;
    next = null;
    here.querySelector("details button")?.focus();
    event.preventDefault();
  }
  if (!next) return;
  event.preventDefault();
  next.querySelector("a").focus();
  next.scrollIntoView({ block: "nearest", inline: "nearest" });
});
