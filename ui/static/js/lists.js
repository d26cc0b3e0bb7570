// Lists under the fingers: what a swap must not lose, keys to walk with, rows to press.

document.documentElement.classList.add("scripted");
const list = () => document.getElementById("list");
const field = (target) => target.closest?.("input, textarea, select, [contenteditable], dialog");

// Words that are typed but not asked for yet go along with the filter that is pressed next; the
// search that was about to ask for them would only overtake it, and stays away.
let carried = null;
document.addEventListener("htmx:config:request", (event) => {
  const { ctx } = event.detail;
  const box = document.getElementById("q");
  if (!box || ctx.request.method !== "GET") return;
  if (ctx.sourceElement.id === "find") {
    if (ctx.sourceEvent.type === "input" && box.value === carried) event.preventDefault();
  } else if (ctx.sourceElement.closest?.(".filters .menu, .filters .chip.on") && box.value !== box.defaultValue) {
    ctx.request.body.set("q", box.value);
    carried = box.value;
  }
});
document.addEventListener("htmx:finally:request", ({ detail }) => {
  if (detail.ctx.sourceElement.id !== "find") carried = null;
});

// What stood open, ticked and typed before the list was swapped stands so afterwards.
let kept = null;
document.addEventListener("htmx:before:swap", ({ detail }) => {
  if (!list()) return;
  const source = detail.ctx.sourceElement;
  const form = source?.closest?.("form");
  const stays = form && (form.matches("[data-stay], .columns") || source.matches("[data-stay] *, .columns *"));
  kept = {
    menu: stays ? form.closest("details.menu")?.id : "",
    scroll: stays ? form.closest(".pop")?.scrollTop : 0,
    typed: form?.id === "find" ? document.getElementById("q") : null,
    row: document.activeElement?.closest("tr")?.id,
    ticked: [...list().querySelectorAll("tbody input:checked")].map((box) => box.value),
  };
});
document.addEventListener("htmx:after:swap", () => {
  if (!kept || !list()) return;
  const menu = kept.menu && document.getElementById(kept.menu);
  if (menu) {
    menu.open = true;
    menu.querySelector(".pop").scrollTop = kept.scroll;
  }
  const box = document.getElementById("q");
  if (kept.typed && box && box.value !== kept.typed.value) {
    box.value = kept.typed.value;
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }
  for (const value of kept.ticked) {
    const again = list().querySelector(`tbody input[value="${CSS.escape(value)}"]`);
    if (again) again.checked = true;
  }
  if (kept.row && document.activeElement === document.body) {
    document.getElementById(kept.row)?.querySelector("a").focus({ preventScroll: true });
  }
  kept = null;
  count();
});

// What is ticked is counted, and the acts for it show while something is.
function count() {
  const form = document.getElementById("bulk");
  if (!form) return;
  const boxes = [...list().querySelectorAll("tbody input[name=id]")];
  const ticked = boxes.filter((box) => box.checked);
  form.classList.toggle("on", ticked.length > 0);
  const said = form.querySelector("[data-count]");
  said.textContent = said.dataset.say.replace("{n}", ticked.length);
  for (const box of boxes) box.closest("tr").classList.toggle("ticked", box.checked);
  const all = list().querySelector("[data-all]");
  all.closest("label").hidden = false;
  all.checked = ticked.length === boxes.length;
  all.indeterminate = ticked.length > 0 && !all.checked;
}
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-all]")) {
    for (const box of list().querySelectorAll("tbody input[name=id]")) box.checked = event.target.checked;
  }
  if (event.target.matches("[data-all], tbody input[name=id]")) count();
});
document.addEventListener("reset", () => setTimeout(count));
count();

// A press anywhere on a row opens its record; presses on what is in it do their own.
document.addEventListener("click", (event) => {
  const row = event.target.closest?.(".listing tbody tr");
  if (!row || event.target.closest("a, button, input, label") || String(getSelection())) return;
  const link = row.querySelector("a");
  if (event.ctrlKey || event.metaKey) window.open(link.href, "_blank", "noopener");
  else link.click();
});

// j and k walk the rows, x ticks the one walked to, Enter opens it as every link.
function walk(by) {
  const rows = [...list().querySelectorAll("tbody tr")];
  if (!rows.length) return;
  const at = rows.indexOf(document.activeElement?.closest("tr"));
  const row = rows[Math.min(rows.length - 1, Math.max(0, at < 0 ? 0 : at + by))];
  row.querySelector("a").focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}
document.addEventListener("keydown", (event) => {
  if (!list() || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape" && event.target.id === "q") return event.target.blur();
  if (field(event.target) && !event.target.matches("tbody input")) return;
  if (event.key === "j" || event.key === "k") walk(event.key === "j" ? 1 : -1);
  else if (event.key === "x") event.target.closest("tr")?.querySelector("input")?.click();
  else if (event.key === "/") document.getElementById("q").select();
  else return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);
