// What people type while answers are under way: it goes over into each page that comes, until a request
// has said it; a request says what stands in its form when its turn comes, not what stood there before.

export const alike = (form) => [...document.forms].filter((one) => one.action === form.action && one.dataset.auto === form.dataset.auto);
const autos = () => [...document.querySelectorAll("form[data-auto]")];
const about = (form) => form.elements.at?.value ?? "";
const keyed = (form) => `${form.dataset.auto} ${alike(form).indexOf(form)} ${about(form)}`;
const ticks = (one) => one.type === "checkbox" || one.type === "radio";
const typed = (one) => one.name && one.type !== "hidden" && one.tagName !== "BUTTON" && !("still" in one.dataset);
const boxes = (form) => [...form.elements].filter(typed);
const now = (one) => (ticks(one) ? String(one.checked) : one.value);

function before(one) {
  if (ticks(one)) return String(one.defaultChecked);
  if (one.tagName !== "SELECT") return one.defaultValue;
  return ([...one.options].find((each) => each.defaultSelected) ?? one.options[0])?.value;
}

// A row of a setting is whole with everything it needs, or with nothing in it.
export function lacking(one) {
  const row = [...(one.closest(".setrow")?.querySelectorAll(".in") ?? [])];
  return row.some((box) => box.value) && row.some((box) => box.ariaRequired === "true" && !box.value);
}

// What was refused stays where it was typed: it is said by itself once it is something else.
const refused = (one) => one.dataset.refused === now(one);

// One of several boxes of something new that is not all there yet: it is said once it is.
export function half(one) {
  if (refused(one)) return true;
  const fresh = [...(one.closest(".pair.new, .tuple.new, .maprow.new")?.querySelectorAll(".in") ?? [])];
  const row = [...(one.closest(".setrow")?.querySelectorAll(".in") ?? [])];
  return fresh.some((box) => !box.value) || (lacking(one) && row.every((box) => !before(box)));
}

const dirty = (one) => now(one) !== before(one);
let said = new Map(); // what the request under way says, by form
let asked = ""; // and what its form is about
const same = (one, name, value) => one.name === name && (!ticks(one) || one.value === value);
const told = (one) => said.get(keyed(one.form))?.find(([name, value]) => same(one, name, value));
const known = (one) => told(one)?.[2] ?? before(one); // to the server, once the request under way is answered

// Rows are named by their places, which change when one before them goes: a row is found by what stood in it.
const ROWS = "tr, .tuple, .pair, .setrow, .ctest, .cgroup";
const unplaced = (name) => name.replace(/\.\d+(?=\.|$)|\[[^\]]*\]/g, "#");
const within = (held) => [...held.querySelectorAll("input, select, textarea")].filter((one) => typed(one) && one.form?.dataset.auto !== undefined);
const row = (one, state) => within(one.closest(ROWS)).map(state).join("\n");
function kin(form, name) {
  const forms = autos().filter((one) => one.dataset.auto === form.dataset.auto && about(one) === about(form));
  return forms.flatMap(boxes).filter((one) => unplaced(one.name) === unplaced(name));
}

// A way to find a box in the page that comes; none where its row is gone.
function finding(one) {
  const { form, name, value } = one;
  const [key, rows] = [keyed(form), kin(form, name).length];
  const stood = one.closest(ROWS) && row(one, known);
  return () => {
    const all = kin(form, name).filter((each) => same(each, each.name, value));
    const there = all.find((each) => each.name === name && keyed(each.form) === key);
    if (stood === null || (there && row(there, before) === stood)) return there;
    return all.find((each) => row(each, before) === stood) ?? (kin(form, name).length < rows ? null : there);
  };
}

export const clean = (form) => !boxes(form).some((one) => dirty(one) && !half(one));

// What a form says by itself: all but what is not all there yet.
export function whole(form) {
  const body = new URLSearchParams(new FormData(form));
  for (const one of boxes(form)) {
    if (refused(one)) body.set(one.name, before(one));
    else if (half(one)) body.delete(one.name);
  }
  return body;
}

export function saying(form, all) {
  const auto = form && form.dataset.auto !== undefined;
  asked = auto ? about(form) : "";
  said = new Map(auto ? [[keyed(form), boxes(form).filter((one) => all || !half(one)).map((one) => [one.name, one.value, now(one)])]] : []);
}

// Of what a refused request said, each box goes over as well: what was not taken of it is told by the page that comes.
export const unsent = (refusing) => autos().flatMap(boxes).filter((one) => now(one) !== known(one) || (refusing && dirty(one))).map((one) => {
  const said = told(one)?.[2] === now(one) && !ticks(one);
  return { found: finding(one), state: now(one), was: said ? before(one) : null, bad: refused(one), why: around(one)?.querySelector(".err") };
});
const around = (one) => one.closest(".f, .maprow");

// A thing whose id was changed is called otherwise in the page that comes: so is what was typed of it, and what waits.
export function renamed(made, waiting) {
  const [from, fresh] = [asked, made.querySelector("#inspector form[data-auto]")];
  const to = fresh && about(fresh);
  if (!from || !to || from === to) return;
  const anew = (word) => word.replace(from, () => to);
  said = new Map([...said].map(([key, boxes]) => [anew(key), boxes.map(([name, ...state]) => [anew(name), ...state])]));
  for (const form of [...document.forms].filter((one) => about(one) === from)) {
    for (const one of form.elements) {
      one.name = anew(one.name);
      if (one.tagName === "BUTTON" || one.name === "at") one.value = anew(one.value);
    }
  }
  for (const kept of [...waiting].filter((one) => one.get("at") === from)) {
    for (const [name, value] of [...kept].filter(([one]) => one.includes(from))) {
      kept.delete(name);
      kept.append(anew(name), value);
    }
    kept.set("at", to);
  }
}

export function putBack(unsaid, refusing) {
  for (const { found, state, was, bad, why } of unsaid) {
    const box = found();
    if (!box) continue;
    if (bad || (refusing && was === before(box))) {
      [box.dataset.refused, box.ariaInvalid] = [state, "true"];
      const held = around(box);
      held?.classList.add("bad");
      if (why && held && !held.querySelector(".err")) held.append(why);
    }
    if (ticks(box)) box.checked = state === "true";
    else box.value = state;
    box.dataset.carried = "yes"; // the browser tells of no change to what a script put in
  }
}

// The box in which somebody is, found again in the page that has come; of other things the one that is called so.
export function place() {
  const one = document.activeElement;
  const form = one?.name ? one.form : null;
  const named = () => document.getElementById(one?.id);
  if (form?.dataset.auto === undefined) return named;
  if (boxes(form).includes(one)) {
    const found = finding(one);
    return () => found() ?? (one.closest(ROWS) ? null : named());
  }
  const key = keyed(form);
  return () => named() ?? autos().filter((each) => keyed(each) === key).flatMap((each) => [...each.elements]).find((each) => each.name === one.name && each.type !== "hidden");
}

const became = new WeakMap();

// Told before a page comes and called when it has: which of its forms is which of those before.
export function following() {
  const were = autos().map((form) => [form, boxes(form)[0]]).filter(([, box]) => box).map(([form, box]) => [form, finding(box)]);
  return () => {
    for (const [form, found] of were) {
      if (form.isConnected || !autos().some((one) => about(one) === about(form))) continue;
      const box = found();
      if (box !== undefined) became.set(form, box?.form ?? null);
    }
  };
}

// The form as it stands when the turn of a request has come; none where the page is about something else by then,
// null where what it was about is gone.
export function standing(form, number, at) {
  let found = form;
  while (found && !found.isConnected && became.has(found)) found = became.get(found);
  if (!found) return null;
  if (!found.isConnected) found = alike(form)[number];
  return found && (found.elements.at?.value ?? null) === at ? found : undefined;
}

// The button that was pressed, as it stands in its row when its turn has come; null where the row is gone,
// or what it was to remove.
export function pressed(button) {
  const held = button?.closest?.(ROWS);
  const box = held && within(held).find((one) => one.closest(ROWS) === held);
  const [verb, what] = button?.value.split(":") ?? [];
  if (!what) return () => button;
  if (!box) {
    const there = () => [...document.querySelectorAll("#bench button")].find((one) => one.value === button.value) ?? null;
    return () => (verb === "remove" ? there() : button);
  }
  const found = finding(box);
  return () => {
    const one = button.isConnected ? undefined : found();
    if (!one) return one === null ? null : button;
    return [...one.closest(ROWS).querySelectorAll("button")].find((each) => each.value.startsWith(`${verb}:`)) ?? null;
  };
}

document.addEventListener("focusout", ({ target }) => {
  if (!target.dataset?.carried || !target.isConnected || !dirty(target)) return;
  delete target.dataset.carried;
  target.dispatchEvent(new Event("change", { bubbles: true }));
});

// Boxes that are one value, such as the names and values of a mapping, are refused together and said together again.
document.addEventListener("input", ({ target }) => {
  for (const one of around(target)?.querySelectorAll("[data-refused]") ?? []) delete one.dataset.refused;
});
