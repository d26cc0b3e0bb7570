// A practised hand stays on the keyboard: Enter goes to the next field that still has to be
// filled, in the last cell of a sub-table it adds a row, Ctrl Enter submits.
import { settle } from "./lookup.js";
import { known } from "./prefill.js";
import { add, cellsOf, controlsOf } from "./rows.js";

const isBlank = (control) => (control.type === "checkbox" ? false : control.value === "");
const mustFill = (control) =>
  control.getAttribute("aria-required") === "true" || control.getAttribute("aria-invalid") === "true";
const inSight = (control) => !control.disabled && control.offsetParent !== null && control.type !== "file";

/** The fields after `from` that still have to be filled, those before it last. */
export function following(form, from) {
  const controls = controlsOf(form).filter(inSight);
  const at = controls.indexOf(from);
  const round = [...controls.slice(at + 1), ...controls.slice(0, at + 1)];
  return round.filter((one) => mustFill(one) && isBlank(one));
}

/** Whether something was typed into a row since it was added. */
function begun(row, table) {
  const blank = document.getElementById(`blank-${table.dataset.rows}`).content.querySelector("tr");
  return JSON.stringify(cellsOf(row)) !== JSON.stringify(cellsOf(blank));
}

/** In a sub-table: the next column to fill of this row, else a row more; null leaves the table. */
function inTable(control) {
  const row = control.closest("tr");
  const table = row?.closest("table[data-rows]");
  if (!table) return undefined;
  const controls = controlsOf(row);
  const spare = row.sectionRowIndex > 0 && !begun(row, table);
  if (spare && control === controls[0]) return null;
  const rest = controls.slice(controls.indexOf(control) + 1);
  const next = rest.find((one) => mustFill(one) && isBlank(one));
  if (next) return next;
  if (!begun(row, table)) return null;
  const below = row.nextElementSibling;
  if (below) return controlsOf(below)[0];
  return controlsOf(add(table))[0];
}

function step(form, control) {
  let next = inTable(control);
  if (next === null) {
    // Enter in a row that was left blank: it is not wanted, and the table is done.
    const row = control.closest("tr");
    const rows = controlsOf(row);
    next = following(form, control).find((one) => !rows.includes(one));
    if (row.previousElementSibling) row.querySelector("[data-remove]")?.click();
  }
  next ??= following(form, control)[0] ?? form.querySelector(".formbar .btn.p");
  next.focus();
  if (next.select && next.type !== "date") next.select();
}

/** Arrows go to the same column of the row above or below. */
function vertical(control, by) {
  const row = control.closest("tr");
  const near = by > 0 ? row?.nextElementSibling : row?.previousElementSibling;
  const at = row ? controlsOf(row).indexOf(control) : -1;
  const target = near ? controlsOf(near)[at] : null;
  target?.focus();
  target?.select?.();
  return Boolean(target);
}

const isLine = (element) => element.matches("input:not([type=checkbox]):not([type=file]):not([type=hidden])");

/** A new form begins in the first field to fill; on a phone that would open the keyboard. */
function begin(root) {
  const form = root.querySelector("form[data-guard][data-begin]");
  if (!form || !window.matchMedia("(pointer: fine)").matches || location.hash) return;
  if (root.querySelector("#problems, #merged")) return;
  const [first] = controlsOf(form).filter((one) => inSight(one) && mustFill(one) && isBlank(one));
  first?.focus({ preventScroll: true });
}

export function keyForms(root) {
  begin(root);
  root.addEventListener("keydown", async (event) => {
    const control = event.target;
    const form = control.closest?.("form[data-guard]");
    if (!form || event.isComposing || event.defaultPrevented) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      await settle(control);
      await known();
      form.requestSubmit(form.querySelector(".formbar .btn.p"));
    } else if (event.key === "Enter" && event.altKey) {
      const table = control.closest("table[data-rows]") ?? form.querySelector("table[data-rows]");
      if (!table) return;
      event.preventDefault();
      settle(control);
      add(table);
    } else if (event.key === "Enter" && (isLine(control) || control.matches("select"))) {
      event.preventDefault();
      // The hands do not wait: what the letters stand for is found out behind them.
      settle(control);
      step(form, control);
    } else if (/^Arrow(Up|Down)$/.test(event.key) && isLine(control) && control.type !== "date" && !event.altKey) {
      if (vertical(control, event.key === "ArrowDown" ? 1 : -1)) event.preventDefault();
    }
  });
}
