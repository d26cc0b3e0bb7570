// While a form is filled in, fields appear, become required, and rules speak up before anything
// is sent. The server judges everything again: this only saves a round trip.
import { compiled, moment } from "./conditions.js";
import { typedFacts } from "./typed.js";

const PAUSE = 150; // milliseconds of rest before judging
const ICONS = new URL("../icons.svg", import.meta.url).pathname;
const MISSING = "—";

const judges = (trees) => Object.entries(trees).map(([name, tree]) => [name, compiled(tree)]);

function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "i");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${ICONS}#${name}`);
  svg.append(use);
  return svg;
}

/** One form with conditions: its fields by id, and what is judged of them. */
class LiveForm {
  constructor(form) {
    const told = JSON.parse(form.dataset.live);
    this.form = form;
    this.told = told;
    this.shows = judges(told.shows);
    this.requires = judges(told.requires);
    this.rules = told.rules.map((rule) => ({ ...rule, judge: compiled(rule.when) }));
    this.now = told.now ? moment(told.now) : null;
    this.since = performance.now();
    this.touched = new Set();
    this.wrappers = new Map();
    for (const wrapper of form.querySelectorAll("[data-field]")) {
      this.wrappers.set(wrapper.dataset.field, wrapper);
    }
    this.notes = new Map(this.rules.map((rule) => [rule.at, this.note(rule.at)]));
  }

  /** A place under a field where rules speak; it is there before they do, so that it is read out. */
  note(name) {
    const wrapper = this.wrappers.get(name);
    if (!wrapper) return null;
    const known = wrapper.querySelector(":scope > [data-preview]");
    if (known) return known;
    const note = document.createElement("div");
    note.dataset.preview = name;
    note.id = `p-${name}`;
    note.setAttribute("aria-live", "polite");
    wrapper.append(note);
    for (const control of this.described(name)) {
      const told = control.getAttribute("aria-describedby");
      control.setAttribute("aria-describedby", told ? `${told} ${note.id}` : note.id);
    }
    return note;
  }

  controls(name) {
    return [...this.wrappers.get(name).querySelectorAll(`[name="${name}"]`)];
  }

  /** The elements that say what a field is: a group of ticks says it once for all. */
  described(name) {
    const group = this.wrappers.get(name).querySelector(":scope > fieldset");
    return group ? [group] : this.controls(name);
  }

  /** What the server's clock says by now; the one of this device may be wrong. */
  clock() {
    if (this.now === null) return null;
    const gone = BigInt(Math.round(performance.now() - this.since)) * 1000n;
    return { now: this.now + gone, zone: this.told.zone };
  }

  judge() {
    this.at = this.clock();
    const facts = { ...this.told.facts, ...typedFacts(this.form, this.told.fields, this.told.zone) };
    this.show(this.hide(facts));
    for (const [name, holds] of this.requires) this.require(name, holds(facts, this.at) === true);
    this.speak(facts);
  }

  /** Empty in `facts` what does not show, as the server does, until nothing more falls away. */
  hide(facts) {
    const hidden = new Set();
    for (let more = true; more; ) {
      const fallen = this.shows.filter(([name, holds]) => !hidden.has(name) && holds(facts, this.at) !== true);
      for (const [name] of fallen) {
        hidden.add(name);
        facts[name] = Array.isArray(facts[name]) ? [] : null;
      }
      more = fallen.length > 0;
    }
    return hidden;
  }

  show(hidden) {
    const sent = this.form.elements.namedItem("_shown");
    const shown = new Set(sent.value.split(" ").filter(Boolean));
    for (const [name] of this.shows) {
      const wrapper = this.wrappers.get(name);
      if (!wrapper) continue;
      // A field that the server has found something wrong with stays in sight.
      wrapper.hidden = hidden.has(name) && !wrapper.querySelector("[aria-invalid]");
      if (wrapper.hidden) shown.delete(name);
      else shown.add(name);
    }
    sent.value = [...shown].join(" ");
    for (const section of this.form.querySelectorAll(".sec")) {
      const fields = [...section.querySelectorAll("[data-field]")];
      if (fields.length > 0) section.hidden = fields.every((one) => one.hidden);
    }
  }

  require(name, wanted) {
    const wrapper = this.wrappers.get(name);
    const label = wrapper && wrapper.querySelector(".lab, .sw > span, caption");
    if (!label) return;
    const star = label.querySelector(".req");
    if (wanted && !star) {
      const mark = document.createElement("span");
      mark.className = "req";
      mark.setAttribute("aria-hidden", "true");
      mark.textContent = "*";
      label.append(mark);
    } else if (!wanted && star) star.remove();
    for (const control of this.described(name)) {
      if (wanted) control.setAttribute("aria-required", "true");
      else control.removeAttribute("aria-required");
    }
  }

  /** A rule speaks once something it looks at was touched: nobody is scolded for an empty form. */
  speak(facts) {
    const said = new Map([...this.notes.values()].filter(Boolean).map((note) => [note, []]));
    for (const rule of this.rules) {
      const note = this.notes.get(rule.at);
      const asked = rule.of.some((name) => this.touched.has(name));
      if (note && asked && rule.judge(facts, this.at) === true) said.get(note).push(rule);
    }
    for (const [note, rules] of said) this.write(note, rules, facts);
  }

  write(note, rules, facts) {
    const answered = document.getElementById(`e-${note.dataset.preview}`);
    const lines = rules
      .map((rule) => [rule, this.sentence(rule, facts)])
      .filter(([, line]) => !answered || !answered.textContent.includes(line));
    const now = lines.map(([, line]) => line).join("\n");
    if (note.dataset.said === now) return; // what is said already is not read out again
    note.dataset.said = now;
    note.replaceChildren(
      ...lines.map(([rule, line]) => {
        const paragraph = document.createElement("p");
        const soft = rule.class === "soft";
        paragraph.className = soft ? "err soft" : "err";
        const words = document.createElement("span");
        words.textContent = line;
        paragraph.append(icon(soft ? "triangle-alert" : "octagon-x"), words);
        return paragraph;
      }),
    );
  }

  sentence(rule, facts) {
    return rule.say.replace(/\{([^{}]*)\}/g, (_, name) => this.word(name, facts));
  }

  /** A fact in a sentence: as it stands in its control, else as the server knows it. */
  word(name, facts) {
    const value = facts[name];
    if (value === null || value === undefined || value === "") return MISSING;
    const [control] = this.wrappers.has(name) ? this.controls(name) : [];
    if (Array.isArray(value)) return value.join(", ");
    return control && typeof value === "string" && !control.files ? control.value.trim() : String(value);
  }
}

/** Make the forms in `root` that carry conditions react while they are filled in. */
function reactWhileTyping(root) {
  for (const form of root.querySelectorAll("form[data-live]")) {
    const live = new LiveForm(form);
    let resting = 0;
    const changed = (event) => {
      const field = event.target.closest("[data-field]");
      if (field) live.touched.add(field.dataset.field);
      clearTimeout(resting);
      resting = setTimeout(() => live.judge(), PAUSE);
    };
    form.addEventListener("input", changed);
    form.addEventListener("change", changed);
    // What is judged must be what is sent, however quickly it is sent after the last key.
    form.addEventListener("submit", () => live.judge());
    // The browser may have put back what was typed before.
    window.addEventListener("pageshow", () => live.judge());
    for (const button of form.querySelectorAll("[data-refresh]")) button.hidden = true;
    live.judge();
  }
}

reactWhileTyping(document); // only pages with such a form ask for this script
