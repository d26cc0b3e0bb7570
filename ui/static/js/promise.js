// What each line could be promised is asked for while a form is filled in; nothing is taken by it.
// Milliseconds of rest before asking: more where an answer is long work, none once it is sent.
const PAUSE = 500, LONG = 2000, MOST = 5000;
const WORTH = 4; // how often the time of an answer goes into the rest before the next

class Promises {
  constructor(answer) {
    this.answer = answer;
    this.frame = answer.closest(".promised");
    this.form = answer.closest("form");
    this.asks = JSON.parse(answer.dataset.asks);
    const { table, columns, fields } = this.asks;
    this.cells = new RegExp(`^${table}\\.\\d+\\.(_id|${columns.join("|")})$`);
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
      const wanted = this.names.has(name) || this.cells.test(name);
      if (wanted && typeof value === "string") sent.append(name, value);
    }
    return sent;
  }

  /** Whether some line says what it is about: in sight, or among those that wait. */
  filled(sent) {
    const item = `.${this.asks.item}`;
    const waits = sent.get(`${this.asks.table}._rows`);
    return Boolean(waits) || [...sent].some(([name, value]) => name.endsWith(item) && value);
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
      const given = await fetch(this.answer.dataset.promise, { method: "POST", body: sent });
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
    this.answer.innerHTML = html;
    const sum = this.answer.querySelector("[data-sum]");
    this.frame.querySelector("[data-promise-hint]").hidden = sum !== null;
    const said = this.frame.querySelector("[data-promise-said]");
    const words = sum?.textContent.trim() ?? "";
    if (said.textContent !== words) said.textContent = words;
  }
}

/** Ask for the promises of every form on the page that has such lines. */
function promiseWhileTyping(root) {
  for (const answer of root.querySelectorAll("[data-promise]")) {
    const promises = new Promises(answer);
    for (const kind of ["input", "change"]) promises.form.addEventListener(kind, () => promises.later());
    promises.frame.querySelector("[data-promise-ask]").hidden = true;
    window.addEventListener("pageshow", () => promises.later());
    promises.later();
  }
}

promiseWhileTyping(document); // only pages with such lines ask for this script
