// Dragging: a field to another place, a kind of field from the palette to where it is wanted.
let carried = null;
const known = new WeakSet(); // what listens already: most of a canvas stays when a part of it changes

export function dragFields(bench, act) {
  const clear = () => bench.querySelectorAll(".drop-before, .drop-after").forEach((one) => one.classList.remove("drop-before", "drop-after"));

  function spot(event) {
    const row = event.target.closest?.(".fieldrow");
    const list = event.target.closest?.("[data-list]:is(ul)");
    if (!list) return null;
    if (!row) return { list: list.dataset.list, after: null, mark: list.lastElementChild, side: "after" };
    const box = row.querySelector(".line").getBoundingClientRect();
    if (event.clientY > box.top + box.height / 2) return { list: row.dataset.list, after: row.dataset.id, mark: row, side: "after" };
    const before = row.previousElementSibling;
    return { list: row.dataset.list, after: before?.dataset.id ?? "", mark: row, side: "before" };
  }

  for (const one of bench.querySelectorAll("[draggable=true]")) {
    if (known.has(one)) continue;
    known.add(one);
    one.addEventListener("dragstart", (event) => {
      event.stopPropagation();
      carried = one.dataset.kind ? { do: `add:${one.dataset.kind}` } : { do: `move:${one.dataset.at}`, at: one.dataset.at };
      event.dataTransfer.effectAllowed = "copyMove";
      event.dataTransfer.setData("text/plain", carried.do);
    });
    one.addEventListener("dragend", () => {
      carried = null;
      clear();
    });
  }
  const canvas = bench.querySelector(".canvas");
  if (known.has(canvas)) return;
  known.add(canvas);
  canvas.addEventListener("dragover", (event) => {
    const place = carried && spot(event);
    clear();
    if (!place || (carried.at && place.list.startsWith(carried.at))) return;
    event.preventDefault();
    place.mark?.classList.add(`drop-${place.side}`);
  });
  canvas.addEventListener("drop", (event) => {
    const place = carried && spot(event);
    if (!place) return;
    event.preventDefault();
    clear();
    const more = { ...carried, to: place.list };
    if (place.after !== null) more.after = place.after;
    carried = null;
    act(more);
  });
}
