// Rows of a sub-table. However many there are, one window of them is drawn; the others wait as
// data in a hidden field, which is sent with the form. A row as data is [number, id, cells].
import { nameOf } from "./lookup.js";

const FIELDS = "input:not([type=hidden]):not([type=file]), select, textarea";

export const tables = (root) => [...root.querySelectorAll("table[data-rows]")];
export const controlsOf = (row) => [...row.querySelectorAll(FIELDS)];
const hidden = (table) => table.closest("form").elements.namedItem(`${table.dataset.rows}._rows`);
const blankOf = (table) => document.getElementById(`blank-${table.dataset.rows}`);
const changed = (table) => table.dispatchEvent(new Event("input", { bubbles: true }));

/** The rows that are not drawn, before and after the window. */
export function waiting(table) {
  const text = hidden(table)?.value;
  return text ? JSON.parse(text) : { before: [], after: [] };
}

/** `lines.3.qty` in parts: the row's prefix `lines.3.` and the column `qty`. */
export function parted(name) {
  const at = name.lastIndexOf(".") + 1;
  return [name.slice(0, at), name.slice(at)];
}

export function cellsOf(row) {
  const cells = {};
  for (const control of controlsOf(row)) {
    const [, column] = parted(control.name);
    if (control.type === "checkbox") {
      if (!control.checked) continue;
      if (control.value === "true") cells[column] = true;
      else (cells[column] ||= []).push(control.value);
    } else if (control.value) cells[column] = control.value;
  }
  return cells;
}

function read(row) {
  const identity = row.querySelector('[name$="._id"]');
  return [Number(identity.name.split(".")[1]), identity.value, cellsOf(row)];
}

export function all(table) {
  const { before, after } = waiting(table);
  return [...before, ...[...table.tBodies[0].rows].map(read), ...after];
}

export function put(control, value) {
  if (control.type === "checkbox") {
    control.checked = control.value === "true" ? value === true : (value || []).includes(control.value);
  } else control.value = value ?? "";
}

/** New rows with these numbers, made in one go: the browser reads them much faster so. */
function fresh(table, numbers) {
  const holder = document.createElement("tbody");
  const blank = blankOf(table).innerHTML;
  holder.innerHTML = numbers.map((number) => blank.replaceAll("__n__", String(number))).join("");
  return [...holder.rows];
}

/** Say under a cell what is wrong with it. */
export function mark(control, sentences) {
  const cell = control.closest("td");
  cell.querySelector(`[id="e-${control.name}"]`)?.remove();
  control.toggleAttribute("aria-invalid", false);
  if (!sentences?.length) return control.removeAttribute("aria-describedby");
  const box = document.createElement("div");
  box.id = `e-${control.name}`;
  for (const sentence of sentences) {
    const line = document.createElement("p");
    line.className = "err";
    line.textContent = sentence;
    box.append(line);
  }
  control.setAttribute("aria-invalid", "true");
  control.setAttribute("aria-describedby", box.id);
  cell.append(box);
}

/** Put into a new row what a row as data holds. */
function fill(row, [number, id, cells], told) {
  row.querySelector('[name$="._id"]').value = id;
  for (const control of controlsOf(row)) {
    const [, column] = parted(control.name);
    put(control, cells[column]);
    if (control.dataset.lookup && control.value) nameOf(control, told.names?.[`${column} ${control.value}`]);
    const wrong = told.errors?.[number]?.[column];
    if (wrong) mark(control, wrong);
  }
  const remark = told.remarks?.[id];
  if (remark && !told.errors?.[number]) {
    const line = document.createElement("p");
    line.className = "help remarks";
    line.textContent = remark;
    row.cells[1].append(line);
  }
  return row;
}

/** What the server told of rows that it did not draw; of a row that is changed it no longer holds. */
function toldOf(table) {
  table.told ??= JSON.parse(table.dataset.told || "{}");
  return table.told;
}

/** Draw the window that begins with row `first` of `rows`; the others wait. */
export function show(table, rows, first) {
  const size = Number(table.dataset.window);
  const start = Math.max(0, Math.min(first, rows.length - 1));
  const told = toldOf(table);
  const span = rows.slice(start, start + size);
  const drawn = fresh(table, span.map(([number]) => number));
  table.tBodies[0].replaceChildren(...drawn.map((row, at) => fill(row, span[at], told)));
  const rest = { before: rows.slice(0, start), after: rows.slice(start + size) };
  const parked = rest.before.length + rest.after.length > 0;
  hidden(table).value = parked ? JSON.stringify(rest) : "";
  settle(table);
}

/** Number the rows as a person sees them, and say which of them are in sight. */
function settle(table) {
  const { before, after } = waiting(table);
  const rows = table.tBodies[0].rows;
  const first = before.length;
  [...rows].forEach((row, at) => (row.querySelector(".rowno").textContent = first + at + 1));
  const pager = document.querySelector(`[data-pager="${table.dataset.rows}"]`);
  const all = first + rows.length + after.length;
  pager.hidden = first + after.length === 0;
  pager.querySelector("[data-turn='-1']").disabled = first === 0;
  pager.querySelector("[data-turn='1']").disabled = after.length === 0;
  const numbers = [first + 1, first + rows.length, all];
  pager.querySelector("[data-span]").textContent = table.dataset.span.replace(/%(\d)/g, (_, at) => numbers[at]);
}

export function nextNumber(table) {
  const number = Number(table.dataset.next);
  table.dataset.next = String(number + 1);
  return number;
}

function turn(table, by) {
  const rows = all(table);
  const size = Number(table.dataset.window);
  const first = waiting(table).before.length;
  show(table, rows, by < 0 ? Math.max(0, first - size) : first + table.tBodies[0].rows.length);
  table.scrollIntoView({ block: "start" });
}

export function add(table) {
  if (waiting(table).after.length > 0) show(table, all(table), Infinity);
  const [row] = fresh(table, [nextNumber(table)]);
  table.tBodies[0].append(row);
  settle(table);
  controlsOf(row)[0]?.focus();
  return row;
}

function copy(table, row) {
  const [, , cells] = read(row);
  const number = nextNumber(table);
  const copied = fill(fresh(table, [number])[0], [number, "", cells], toldOf(table));
  for (const [at, control] of controlsOf(copied).entries()) {
    const line = controlsOf(row)[at]?.parentElement.querySelector("[data-found]");
    if (control.dataset.lookup) nameOf(control, line?.textContent);
  }
  row.after(copied);
  settle(table);
  controlsOf(copied)[0]?.focus();
}

function remove(table, row) {
  const near = row.nextElementSibling ?? row.previousElementSibling;
  row.remove();
  settle(table);
  (near?.querySelector("[data-remove]") ?? document.querySelector(`[data-add="${table.dataset.rows}"]`))?.focus();
}

/** A link in the summary may lead to a row that is not drawn. */
function reveal(root, id) {
  const found = /^f-([a-z0-9_]+)\.(\d+)\./.exec(id);
  const table = found && root.querySelector(`table[data-rows="${found[1]}"]`);
  if (!table || document.getElementById(id)) return;
  const rows = all(table);
  const at = rows.findIndex(([number]) => number === Number(found[2]));
  const size = Number(table.dataset.window);
  if (at >= 0) show(table, rows, Math.floor(at / size) * size);
}

export function growTables(root) {
  root.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#f-"]');
    if (link) return reveal(root, link.getAttribute("href").slice(1));
    const button = event.target.closest("[data-add], [data-remove], [data-copy], [data-turn]");
    if (!button) return;
    event.preventDefault();
    const { add: adds, turn: by } = button.dataset;
    const name = adds ?? button.closest("[data-pager]")?.dataset.pager;
    const table = name ? root.querySelector(`table[data-rows="${name}"]`) : button.closest("table");
    if (by) turn(table, Number(by));
    else if (adds) add(table);
    else if ("copy" in button.dataset) copy(table, button.closest("tr"));
    else remove(table, button.closest("tr"));
    if (!by) changed(table);
  });
}
