// What a form would bring about is asked for while it is filled in: what each line could be
// promised, which version it would get. Nothing is taken or bound by it.
import { nameOf } from "./lookup.js";

// Milliseconds of rest before asking: more where an answer is long work, none once it is sent.
const PAUSE = 500, LONG = 2000, MOST = 5000;
const WORTH = 4; // how often the time of an answer goes into the rest before the next

class Asking {
  constructor(answer) {
    this.answer = answer;
    this.frame = answer.closest(".asked");
    this.form = answer.closest("form");
    this.asks = JSON.parse(answer.dataset.asks);
    const { table, columns, fields } = this.asks;
    this.cells = table ? new RegExp(`^${table}\\.\\d+\\.(_id|${columns.join("|")})$`) : null;
    this.names = new Set([...fields, `${table}._rows`]);
    this.last = "";
    this.turn = 0;
    this.resting = 0;
    this.pause = this.form.elements.namedItem(`${table}._rows`)?.value ? LONG : PAUSE;
    this.form.addEventListener("submit", () => clearTimeout(this.resting));
  }

  /** What the question needs of the form: the lines and the days, none of the rest. */
  sent() {
    const sent = new URLSearchParams();
    for (const [name, value] of new FormData(this.form)) {
      const wanted = this.names.has(name) || this.cells?.test(name);
      if (wanted && typeof value === "string") sent.append(name, value);
    }
    return sent;
  }

  /** Whether some line says what it is about: in sight, or among those that wait. */
  filled(sent) {
    const { table, item } = this.asks;
    const named = (name) => (table ? name.endsWith(`.${item}`) : name === item);
    return Boolean(sent.get(`${table}._rows`)) || [...sent].some(([name, value]) => named(name) && value);
  }

  later() {
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.ask(), this.pause);
  }

  async ask() {
    const sent = this.sent();
    const question = sent.toString();
    if (question === this.last) return;
    this.last = question;
    const turn = ++this.turn;
    if (!this.filled(sent)) return this.show("");
    sent.append("_csrf", this.form.elements.namedItem("_csrf").value);
    this.frame.classList.add("waiting");
    const begun = performance.now();
    try {
      const given = await fetch(this.answer.dataset.ask, { method: "POST", body: sent });
      if (turn !== this.turn) return; // something newer has been asked meanwhile
      if (given.ok && !given.redirected) this.show(await given.text());
      else this.last = "";
    } catch {
      this.last = ""; // no connection: the next change asks again
    } finally {
      this.pause = Math.min(MOST, Math.max(PAUSE, WORTH * (performance.now() - begun)));
      if (turn === this.turn) this.frame.classList.remove("waiting");
    }
  }

  show(html) {
    const details = () => [...this.answer.querySelectorAll("details[id]")];
    const stood = new Map(details().map((one) => [one.id, one.open]));
    this.answer.innerHTML = html;
    for (const one of details()) one.open = stood.get(one.id) ?? one.open;
    const sum = this.answer.querySelector("[data-sum]");
    this.frame.querySelector("[data-ask-hint]").hidden = sum !== null;
    const said = this.frame.querySelector("[data-ask-said]");
    const words = sum?.textContent.trim() ?? "";
    if (said.textContent !== words) said.textContent = words;
  }
}

/** Put what a button offers into its field; a field that is not drawn is left to the server. */
function choose(button, form) {
  const control = form.elements.namedItem(button.dataset.choose);
  if (!control) return false;
  control.value = button.dataset.value;
  if (control.dataset.lookup) nameOf(control);
  for (const kind of ["input", "change"]) control.dispatchEvent(new Event(kind, { bubbles: true }));
  return true;
}

/** Ask for every panel of the page that tells of what is typed. */
function askWhileTyping(root) {
  for (const answer of root.querySelectorAll("[data-ask]")) {
    const asking = new Asking(answer);
    for (const kind of ["input", "change"]) asking.form.addEventListener(kind, () => asking.later());
    asking.frame.querySelector("[data-ask-now]").hidden = true;
    answer.addEventListener("click", (event) => {
      const button = event.target.closest("[data-choose]");
      if (button && choose(button, asking.form)) event.preventDefault();
    });
    window.addEventListener("pageshow", () => asking.later());
    asking.later();
  }
}

askWhileTyping(document); // only pages with such panels ask for this script
