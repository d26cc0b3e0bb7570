// The source view: a text area that becomes an editor, saves by itself and shows what is wrong.
const form = document.getElementById("source");
const area = form.querySelector("textarea[name=text]");
const over = form.querySelector("textarea[name=over]");
const state = form.querySelector("[data-state]");
const list = document.querySelector("[data-wrong]");
const words = JSON.parse(form.dataset.words);
const PAUSE = 900;
let editor = null;
let timer = 0;
let busy = false;
let clash = false;

const text = () => (editor ? editor.text() : area.value);

async function save() {
  clearTimeout(timer);
  timer = 0;
  if (busy || clash || text() === over.value) return;
  busy = true;
  state.textContent = words.saving;
  const sent = text();
  const body = new URLSearchParams({ _csrf: form.elements._csrf.value, text: sent, over: over.value });
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
    if (answer.redirected) return location.reload();
    if (!answer.ok) {
      clash = answer.status === 412;
      state.textContent = clash ? words.clash : "";
      return;
    }
    const { text: kept, problems } = await answer.json();
    over.value = kept;
    // What others wrote meanwhile comes in, where nothing was typed since.
    if (text() === sent && kept !== sent) editor ? editor.put(kept) : (area.value = kept);
    show(problems);
    state.textContent = words.saved;
    stand();
  } catch {
    state.textContent = document.getElementById("toasts").dataset.lost;
  } finally {
    busy = false;
    if (text() !== over.value && !clash) soon();
  }
}

const soon = () => {
  clearTimeout(timer);
  timer = setTimeout(save, PAUSE);
};

// The bar on top says how the draft stands; it is fetched anew, the editor stays as it is.
async function stand() {
  const answer = await fetch(location.href);
  if (!answer.ok || answer.redirected) return;
  const made = new DOMParser().parseFromString(await answer.text(), "text/html");
  document.querySelector(".sbar").replaceWith(made.querySelector(".sbar"));
}

function show(problems) {
  editor?.mark(problems);
  list.replaceChildren(
    ...problems.map((one) => {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = "#";
      link.dataset.line = one.line;
      link.dataset.column = one.column;
      const place = document.createElement("b");
      place.className = "mono";
      place.textContent = `${one.line}:${one.column} `;
      const said = document.createElement("span");
      said.append(place, one.say);
      link.append(said);
      item.append(link);
      return item;
    }),
  );
  if (problems.length) return;
  const fine = document.createElement("li");
  fine.textContent = words.none;
  list.append(fine);
}

list.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-line]");
  if (!link) return;
  event.preventDefault();
  go(Number(link.dataset.line), Number(link.dataset.column));
});

function go(line, column) {
  if (editor) return editor.go(line, column);
  const at = area.value.split("\n").slice(0, line - 1).join("\n").length + column;
  area.focus();
  area.setSelectionRange(at, at);
}

form.addEventListener("submit", () => {
  area.value = text();
  clearTimeout(timer);
});
addEventListener("beforeunload", (event) => {
  if (text() !== over.value && !event.submitting && !document.querySelector("[data-going]")) save();
});

// What may stand where is fetched when somebody first asks for it.
let known = null;
const language = () => (known ??= Promise.all([import("./completing.js"), fetch(form.dataset.language).then((answer) => answer.json())])
  .then(([{ completer }, schema]) => completer(schema, form.dataset.lang)));

async function begin() {
  area.addEventListener("input", soon);
  // The text can be read and typed at once; the editor, which the page has asked for, takes it over.
  const { open } = await import(form.dataset.editor);
  const host = document.createElement("div");
  host.className = "cm-host";
  area.after(host);
  const root = host.attachShadow({ mode: "open" });
  const parent = document.createElement("div");
  parent.style.height = "100%";
  root.append(parent);
  editor = open({
    root, parent, text: area.value, label: area.getAttribute("aria-label"),
    complete: async (context) => (await language())(context), changed: soon, save,
    language: {},
  });
  const typing = document.activeElement === area && area.value.slice(0, area.selectionStart).split("\n");
  area.hidden = true;
  if (typing) editor.go(typing.length, typing.at(-1).length + 1);
  const first = [...list.querySelectorAll("a[data-line]")].map((link) => ({
    line: Number(link.dataset.line), column: Number(link.dataset.column), say: link.textContent.trim(), severity: "error",
  }));
  editor.mark(first);
  if (Number(form.dataset.line)) editor.go(Number(form.dataset.line), 1);
}
begin();
