// What a form may know once a record is chosen (a customer's contact, the terms of the last order)
// is filled in where nothing was typed, and marked until somebody types over it.
import { nameOf } from "./lookup.js";
import { cellsOf, controlsOf, put } from "./rows.js";

let asking = Promise.resolve();
let ours = false; // an input event of our own is no typing

/** Resolves once what was asked is filled in: the keys wait for it. */
export const known = () => asking;

const isBlank = (control) => (control.type === "checkbox" ? !control.checked : control.value === "");
const fillable = (controls) => controls.length > 0 && (controls.every(isBlank) || "from" in controls[0].dataset);

class PrefilledForm {
  constructor(form) {
    this.form = form;
    this.sources = JSON.parse(form.dataset.prefill);
    for (const note of form.querySelectorAll("[data-from]")) {
      const control = note.parentElement.querySelector("input, select, textarea");
      if (control) control.dataset.from = note.textContent;
    }
  }

  controls(name) {
    return controlsOf(this.form).filter((one) => one.name === name);
  }

  words() {
    const words = {};
    for (const control of controlsOf(this.form)) {
      if (!control.name.includes(".") && control.type !== "checkbox" && control.value) words[control.name] = control.value;
    }
    return words;
  }

  async ask(wanted, table = "", row = {}) {
    const { dataset, elements } = this.form;
    const answer = await fetch(dataset.known, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": elements._csrf.value },
      body: JSON.stringify({ step: dataset.step, record: dataset.record, words: this.words(), wanted, table, row }),
    });
    return answer.ok && !answer.redirected ? answer.json() : {};
  }

  /** Ask for what depends on the field that has changed. */
  async changed(control) {
    const row = control.closest("tr");
    const table = row?.closest("table[data-rows]");
    if (table) return this.ofRow(table, row, this.sources[`${table.dataset.rows}.${control.name.split(".")[2]}`]);
    const paths = this.sources[control.name] ?? [];
    const tops = paths.filter((path) => !path.includes(".") && fillable(this.controls(path)));
    if (tops.length > 0) this.fill(await this.ask(tops), (name) => this.controls(name));
    for (const one of this.form.querySelectorAll("table[data-rows]")) {
      const inside = paths.filter((path) => path.startsWith(`${one.dataset.rows}.`));
      if (inside.length === 0) continue;
      for (const line of one.tBodies[0].rows) {
        if (controlsOf(line).some((cell) => cell.dataset.lookup && cell.value)) await this.ofRow(one, line, inside);
      }
    }
  }

  async ofRow(table, row, paths) {
    const columns = new Map();
    for (const cell of controlsOf(row)) columns.set(cell.name.split(".")[2], [cell]);
    const wanted = (paths ?? []).map((path) => path.split(".")[1]).filter((name) => fillable(columns.get(name) ?? []));
    if (wanted.length > 0) this.fill(await this.ask(wanted, table.dataset.rows, cellsOf(row)), (name) => columns.get(name));
  }

  fill(found, controlsOfName) {
    for (const [name, { value, say, label }] of Object.entries(found)) {
      const controls = controlsOfName(name) ?? [];
      if (!fillable(controls)) continue; // typed into meanwhile
      for (const control of controls) put(control, value);
      const [control] = controls;
      // It came while somebody stands in it: what they type takes its place.
      if (control === document.activeElement) control.select?.();
      if (control.dataset.lookup) nameOf(control, label);
      this.mark(control, say);
      ours = true;
      control.dispatchEvent(new Event("input", { bubbles: true }));
      ours = false;
    }
  }

  mark(control, say) {
    control.dataset.from = say;
    if (!say) return;
    const wrapper = control.closest("td") ? null : control.closest("[data-field]");
    if (!wrapper) {
      control.title = say;
      return;
    }
    wrapper.querySelector("[data-from]:not(input):not(select):not(textarea)")?.remove();
    const note = document.createElement("p");
    note.className = "help from";
    note.dataset.from = "";
    note.textContent = say;
    wrapper.append(note);
  }

  typed(control) {
    if (ours || !("from" in control.dataset)) return;
    delete control.dataset.from;
    control.removeAttribute("title");
    if (!control.closest("td")) control.closest("[data-field]")?.querySelector("p[data-from]")?.remove();
  }
}

export function prefillForms(root) {
  for (const form of root.querySelectorAll("form[data-prefill]")) {
    const prefilled = new PrefilledForm(form);
    form.addEventListener("input", (event) => prefilled.typed(event.target));
    form.addEventListener("change", (event) => {
      const { target } = event;
      if (!target.name || ours) return;
      asking = asking.then(() => prefilled.changed(target)).catch(() => {});
    });
    for (const button of form.querySelectorAll("[data-refresh]")) button.hidden = true;
  }
}
