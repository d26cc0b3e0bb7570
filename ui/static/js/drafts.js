// What is typed is kept on the server while it is typed: a small request with what changed since
// the last one. Without scripts a button keeps the whole form.

const PAUSE = 1200; // milliseconds of rest before saving
const LONGEST = 8000; // while somebody types on and on
const IDLE = 60000; // a longer rest is no work on the form
const OWN = new Set("_csrf _key _version _base _shown _do _draft _saved _opened _typing _entry".split(" "));

/** What stands in the form, by name; files are not kept until they were sent. */
function standing(form) {
  const words = new Map();
  for (const [name, word] of new FormData(form)) {
    if (OWN.has(name) || typeof word !== "string") continue;
    if (!words.has(name)) words.set(name, []);
    words.get(name).push(word);
  }
  for (const table of form.querySelectorAll("table[data-rows]")) {
    const numbers = [...table.tBodies[0].rows].map((row) => row.querySelector('[name$="._id"]').name.split(".")[1]);
    words.set(`${table.dataset.rows}._order`, [numbers.join(" ")]);
  }
  return words;
}

const same = (one, other) => one?.length === other?.length && one.every((word, at) => word === other[at]);

class DraftForm {
  constructor(form) {
    this.form = form;
    this.words = JSON.parse(form.dataset.words);
    this.state = form.querySelector("[data-draft-state]");
    this.saved = Number(form.elements._saved.value);
    // A form that was saved before is on the server as it stands here, else nothing is.
    this.known = this.saved > 0 ? standing(form) : new Map();
    this.begun = standing(form);
    this.stopped = false;
    this.busy = null;
    this.typing = 0;
    this.last = 0;
  }

  /** Count the time somebody is at the form; a long rest does not count. */
  worked() {
    const now = performance.now();
    if (this.last && now - this.last < IDLE) this.typing += now - this.last;
    this.last = now;
    this.form.elements._typing.value = String(Math.round(this.typing));
  }

  changed() {
    this.worked();
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.save(), PAUSE);
    this.latest ??= setTimeout(() => this.save(), LONGEST);
  }

  /** Save what changed, one request after the other. */
  async save(leaving = false) {
    clearTimeout(this.resting);
    clearTimeout(this.latest);
    this.latest = undefined;
    if (this.stopped || this.form.dataset.sent) return;
    if (this.busy) {
      this.again = true;
      return;
    }
    this.busy = this.send(leaving);
    await this.busy;
    this.busy = null;
    if (!this.again) return;
    this.again = false;
    await this.save();
  }

  async send(keepalive) {
    const now = standing(this.form);
    if (this.saved === 0 && [...now].every(([name, said]) => same(said, this.begun.get(name)))) return;
    const words = Object.fromEntries([...now].filter(([name, said]) => !same(said, this.known.get(name))));
    const gone = [...this.known.keys()].filter((name) => !now.has(name));
    if (Object.keys(words).length + gone.length === 0) return this.kept();
    const { dataset, elements } = this.form;
    const body = {
      form: dataset.form, step: dataset.step, record: dataset.record, saved: this.saved, words, gone,
      key: elements._key.value, opened: elements._opened.value, version: Number(elements._base?.value ?? 0),
    };
    try {
      const answer = await fetch(dataset.draft, {
        method: "POST",
        keepalive,
        headers: { "Content-Type": "application/json", "X-CSRFToken": elements._csrf.value },
        body: JSON.stringify(body),
      });
      if (answer.redirected) throw new Error("signed out");
      const told = await answer.json();
      if (answer.ok) this.done(now, told);
      else if (answer.status === 409 || answer.status === 410) this.stop(answer.status);
      else this.say(told.say ?? this.words.failed);
    } catch {
      this.say(this.words.failed);
      setTimeout(() => this.changed(), LONGEST);
    }
  }

  done(now, { saved, at }) {
    this.known = now;
    this.saved = saved;
    this.form.elements._saved.value = String(saved);
    this.say(this.words.saved.replace("%(time)s", at));
    this.kept();
  }

  /** Nothing is lost by leaving the page now. */
  kept() {
    this.form.dispatchEvent(new CustomEvent("seam:kept", { bubbles: true }));
  }

  say(words) {
    this.state.textContent = words;
  }

  /** Somebody went on with the draft elsewhere: nothing is overwritten, the person decides. */
  stop(status) {
    this.stopped = true;
    const note = document.createElement("div");
    note.className = "note amber draftnote";
    note.setAttribute("role", "alert");
    const words = document.createElement("b");
    words.className = "grow";
    words.textContent = status === 409 ? this.words.moved : this.words.gone;
    note.append(words);
    if (status === 409) note.append(this.link());
    note.append(this.button());
    this.form.before(note);
    note.scrollIntoView({ block: "nearest" });
  }

  link() {
    const link = document.createElement("a");
    link.className = "btn s";
    link.href = `${location.pathname}?draft=${this.form.elements._draft.value}`;
    link.dataset.leave = "";
    link.textContent = this.words.theirs;
    return link;
  }

  button() {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn s";
    button.textContent = this.words.mine;
    button.addEventListener("click", () => {
      this.renew();
      button.parentElement.remove();
      this.save();
    });
    return button;
  }

  /** Go on as a draft of its own, with an id that sorts by time like those of the server. */
  renew() {
    const letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    const random = crypto.getRandomValues(new Uint8Array(16));
    let time = Date.now();
    let head = "";
    for (let at = 0; at < 10; at += 1) {
      head = letters[time % 32] + head;
      time = Math.floor(time / 32);
    }
    const id = head + [...random].map((byte) => letters[byte % 32]).join("");
    const { dataset, elements } = this.form;
    dataset.draft = dataset.draft.replace(/[^/]+$/, id);
    elements._draft.value = id;
    elements._saved.value = "0";
    this.saved = 0;
    this.known = new Map();
    this.stopped = false;
  }
}

export function keepForms(root) {
  for (const form of root.querySelectorAll("form[data-draft]")) {
    const draft = new DraftForm(form);
    form.addEventListener("input", () => draft.changed());
    form.addEventListener("change", () => draft.changed());
    form.addEventListener("keydown", () => draft.worked());
    form.addEventListener("pointerdown", () => draft.worked());
    form.addEventListener("submit", () => draft.worked());
    form.querySelector("[data-save]").addEventListener("click", (event) => {
      event.preventDefault();
      draft.save();
    });
    document.addEventListener("visibilitychange", () => document.hidden && draft.save(true));
    draft.worked();
  }
}
