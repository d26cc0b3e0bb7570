// Forms that are sent over weak networks: with progress, and again with the same key until it is certain.

const WAITS = [2000, 5000, 10000, 20000];

export function sendForms(root) {
  for (const form of root.querySelectorAll("form[data-send]"))
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (form.dataset.sent) return;
      new Sending(form, new FormData(form, event.submitter)).go();
    });
}

class Sending {
  constructor(form, data) {
    this.form = form;
    this.data = data;
    this.tries = 0;
    this.box = form.querySelector("[data-progress]");
    this.bar = this.box.querySelector("progress");
    this.said = this.box.querySelector("p");
    this.box.hidden = false;
  }

  go() {
    const words = this.box.dataset;
    const asked = new XMLHttpRequest();
    asked.open("POST", this.form.action);
    asked.setRequestHeader("X-Seamline-Sends", "script");
    asked.upload.addEventListener("progress", ({ loaded, total }) => {
      this.bar.max = total;
      this.bar.value = loaded;
      this.said.textContent = loaded < total ? words.sending.replace("{p}", Math.round((loaded / total) * 100)) : words.checking;
    });
    asked.addEventListener("load", () => this.answered(asked));
    asked.addEventListener("error", () => this.again());
    asked.addEventListener("timeout", () => this.again());
    asked.timeout = 120000;
    this.said.textContent = words.checking;
    asked.send(this.data);
  }

  // The same words with the same key: what has arrived already is not done twice.
  again() {
    const wait = WAITS[Math.min(this.tries++, WAITS.length - 1)];
    this.said.textContent = this.box.dataset.lost.replace("{s}", wait / 1000);
    const soon = setTimeout(() => this.go(), wait);
    addEventListener("online", () => (clearTimeout(soon), this.go()), { once: true });
  }

  answered(asked) {
    if (asked.status === 502 || asked.status === 503 || asked.status === 504) return this.again();
    const next = asked.getResponseHeader("X-Seamline-Next");
    if (asked.status === 200 && next) return location.assign(next);
    const shown = new DOMParser().parseFromString(asked.responseText, "text/html").getElementById("content");
    if (!shown) return location.reload();
    document.getElementById("content").replaceWith(document.adoptNode(shown));
    document.dispatchEvent(new CustomEvent("seamline:shown"));
  }
}
