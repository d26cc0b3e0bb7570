// A block of cells copied from a spreadsheet fills rows and columns of a sub-table from the cell
// it is pasted into. What a cell cannot take is said under it; the whole paste can be undone.
import { all, cellsOf, controlsOf, mark, nextNumber, parted, show, waiting } from "./rows.js";
import { namesOf } from "./lookup.js";

const YES = new Set(["true", "1", "yes", "y", "x", "是", "√", "✓", "对"]);
const MOST_LINKS = 8;
const SEVERAL = /[;；,，、\n]/;

/** The cells of what a spreadsheet puts on the clipboard: tabs, lines, quotes around odd cells. */
export function parsed(text) {
  const rows = [[]];
  let cell = "";
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at];
    if (quoted) {
      if (sign !== '"') cell += sign;
      else if (text[at + 1] === '"') {
        cell += sign;
        at += 1;
      } else quoted = false;
    } else if (sign === '"' && cell === "") quoted = true;
    else if (sign === "\t" || sign === "\n") {
      rows.at(-1).push(cell.replace(/\r$/, "").trim());
      cell = "";
      if (sign === "\n") rows.push([]);
    } else cell += sign;
  }
  rows.at(-1).push(cell.replace(/\r$/, "").trim());
  while (rows.length > 0 && rows.at(-1).every((one) => one === "")) rows.pop();
  return rows;
}

const same = (one, other) => one.trim().toLowerCase() === other.trim().toLowerCase();
const wordsOf = (table) => (table.words ??= JSON.parse(table.closest("[data-field]").querySelector("[data-pastes]").dataset.pastes));
const say = (table, word, values = {}) =>
  wordsOf(table)[word].replace(/%\((\w+)\)s/g, (_, name) => values[name]);

/** A day as `2026-03-01`, of the ways in which people and spreadsheets write it. */
function day(word) {
  const found = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T].*)?$/.exec(word);
  if (!found) return null;
  const [, year, month, date] = found;
  const iso = `${year}-${month.padStart(2, "0")}-${date.padStart(2, "0")}`;
  const at = new Date(`${iso}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(iso) ? iso : null;
}

/** What stands in one column: how a word becomes its value, or why it does not. */
class PasteColumn {
  constructor(table, controls) {
    this.table = table;
    [this.control] = controls;
    [, this.id] = parted(this.control.name);
    this.choices = controls.map((one) => [one.value, one.closest("label")?.textContent ?? ""]);
    this.label = this.control.getAttribute("aria-label") ?? "";
  }

  get isReference() {
    return Boolean(this.control.dataset.lookup);
  }

  /** Return [value, what is wrong with the word]. */
  value(word) {
    const { control } = this;
    if (word === "") return ["", ""];
    if (control.tagName === "SELECT") {
      const found = [...control.options].find((one) => one.value && (same(one.text, word) || same(one.value, word)));
      return found ? [found.value, ""] : ["", say(this.table, "choice", { got: word })];
    }
    if (control.type === "date") {
      const iso = day(word);
      return iso ? [iso, ""] : ["", say(this.table, "day", { got: word })];
    }
    if (control.type === "checkbox" && control.value === "true") return [YES.has(word.toLowerCase()), ""];
    if (control.type === "checkbox") return this.several(word);
    return [word.replace(/\s*\n\s*/g, " "), ""];
  }

  several(word) {
    const parts = word.split(SEVERAL).map((one) => one.trim()).filter(Boolean);
    const found = parts.map((part) => this.choices.find(([id, label]) => same(id, part) || same(label, part)));
    const lost = parts.filter((_, at) => !found[at]);
    const values = found.filter(Boolean).map(([id]) => id);
    return [values, lost.length > 0 ? say(this.table, "choice", { got: lost.join(", ") }) : ""];
  }
}

function columnsOf(table, row) {
  const groups = new Map();
  for (const control of controlsOf(row)) {
    if (!groups.has(control.name)) groups.set(control.name, []);
    groups.get(control.name).push(control);
  }
  return [...groups.values()].map((controls) => new PasteColumn(table, controls));
}

/** The columns that the first line names, where it is a line of headings; else those to the right. */
function targets(columns, from, block) {
  const named = block[0].map((head) => columns.find((one) => head && same(one.label, head)));
  const headed = named.filter(Boolean).length >= Math.min(2, block[0].length) && block.length > 1;
  if (headed) return { to: named, lines: block.slice(1) };
  return { to: block[0].map((_, at) => columns[from + at]), lines: block };
}

/** Find what the words of reference columns name: by key, else by name. */
async function referred(to, lines, csrf) {
  const found = new Map();
  for (const [at, column] of to.entries()) {
    if (!column?.isReference) continue;
    const words = [...new Set(lines.map((line) => line[at]).filter(Boolean))];
    found.set(column.id, await namesOf(column.control.dataset.lookup, words, csrf));
  }
  return found;
}

function filled(row, line, to, references, wrong, told, table) {
  const [number, , cells] = row;
  for (const [at, column] of to.entries()) {
    if (!column || line[at] === undefined) continue;
    let [value, sentence] = column.value(line[at]);
    if (column.isReference && line[at]) {
      const hit = references.get(column.id).get(line[at]);
      if (hit) {
        value = hit.key;
        told.names[`${column.id} ${hit.key}`] = hit.label;
      } else sentence = say(table, "reference", { got: line[at] });
    }
    cells[column.id] = value;
    if (sentence) wrong.push([number, column.id, sentence]);
  }
}

export async function paste(table, control, text) {
  const rows = all(table);
  const undo = structuredClone(rows);
  const row = control.closest("tr");
  const first = waiting(table).before.length;
  const at = first + row.sectionRowIndex;
  const columns = columnsOf(table, row);
  const block = parsed(text);
  const from = columns.findIndex((one) => one.id === parted(control.name)[1]);
  const { to, lines } = targets(columns, from, block);
  const csrf = table.closest("form").elements._csrf.value;
  const references = await referred(to, lines, csrf);
  const room = Math.max(0, Number(table.dataset.most) - at);
  const taken = lines.slice(0, room);
  const wrong = [];
  const told = (table.told ??= JSON.parse(table.dataset.told || "{}"));
  told.names ??= {};
  told.errors ??= {};
  const begun = cellsOf(document.getElementById(`blank-${table.dataset.rows}`).content.querySelector("tr"));
  for (const [down, line] of taken.entries()) {
    rows[at + down] ??= [nextNumber(table), "", { ...begun }];
    delete told.errors[rows[at + down][0]];
    filled(rows[at + down], line, to, references, wrong, told, table);
  }
  for (const [number, column, sentence] of wrong) {
    told.errors[number] ??= {};
    told.errors[number][column] = [sentence];
  }
  const size = Number(table.dataset.window);
  show(table, rows, Math.floor(at / size) * size);
  report(table, { rows: taken.length, wrong, left: lines.length - taken.length }, undo);
  table.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Say what came of it, with links to the cells that need a look and a way back. */
function report(table, { rows, wrong, left }, undo) {
  const box = document.querySelector(`[data-pasted="${table.dataset.rows}"]`);
  const note = document.createElement("div");
  note.className = `note ${wrong.length + left > 0 ? "amber" : "green"}`;
  const words = document.createElement("div");
  words.className = "grow";
  const sentences = [say(table, "pasted", { rows })];
  if (wrong.length > 0) sentences.push(say(table, "look", { cells: wrong.length }));
  if (left > 0) sentences.push(say(table, "left", { rows: left, most: table.dataset.most }));
  words.append(sentences.join(" "));
  const labels = new Map(columnsOf(table, table.tBodies[0].rows[0]).map((one) => [one.id, one.label]));
  for (const [number, column] of wrong.slice(0, MOST_LINKS)) {
    const link = document.createElement("a");
    link.href = `#f-${table.dataset.rows}.${number}.${column}`;
    const place = all(table).findIndex((row) => row[0] === number) + 1;
    link.textContent = `${place} ${labels.get(column) ?? ""}`;
    words.append(" ", link);
  }
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn s";
  button.textContent = say(table, "undo");
  button.addEventListener("click", () => {
    table.told.errors = {};
    show(table, undo, 0);
    box.replaceChildren();
    table.dispatchEvent(new Event("input", { bubbles: true }));
  });
  note.append(words, button);
  box.replaceChildren(note);
}

/** What was said of a pasted cell no longer holds once it is typed into. */
export function typedInto(target) {
  const table = target.closest?.("td") ? target.closest("table[data-rows]") : null;
  if (!table?.told?.errors || !target.hasAttribute("aria-invalid")) return;
  const [prefix, column] = parted(target.name);
  delete table.told.errors[prefix.split(".")[1]]?.[column];
  mark(target, []);
}
