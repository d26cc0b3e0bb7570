// What people type while answers are under way: it goes over into each page that comes, until a request
// has said it; a request says what stands in its form when its turn comes, not what stood there before.

export const alike = (form) => [...document.forms].filter((one) => one.action === form.action && one.dataset.auto === form.dataset.auto);
const autos = () => [...document.querySelectorAll("form[data-auto]")];
const keyed = (form) => `${form.dataset.auto} ${alike(form).indexOf(form)} ${form.elements.at?.value ?? ""}`;
const ticks = (one) => one.type === "checkbox" || one.type === "radio";
const boxes = (form) => [...form.elements].filter((one) => one.name && one.type !== "hidden" && one.tagName !== "BUTTON" && !("still" in one.dataset));
const now = (one) => (ticks(one) ? String(one.checked) : one.value);

function before(one) {
  if (ticks(one)) return String(one.defaultChecked);
  if (one.tagName !== "SELECT") return one.defaultValue;
  return ([...one.options].find((each) => each.defaultSelected) ?? one.options[0])?.value;
}

// One of several boxes of something new that is not all there yet: it is said once it is.
export const half = (one) => [...(one.closest(".pair.new, .tuple.new, .maprow.new")?.querySelectorAll(".in") ?? [])].some((box) => !box.value);

const dirty = (one) => now(one) !== before(one);
let said = new Map(); // what the request under way says, by form

export const clean = (form) => !boxes(form).some((one) => dirty(one) && !half(one));

// What a form says by itself: all but what is not all there yet.
export function whole(form) {
  const body = new URLSearchParams(new FormData(form));
  for (const one of boxes(form)) if (half(one)) body.delete(one.name);
  return body;
}

export function saying(form, all) {
  const auto = form && form.dataset.auto !== undefined;
  said = new Map(auto ? [[keyed(form), boxes(form).filter((one) => all || !half(one)).map((one) => [one.name, one.value, now(one)])]] : []);
}

export function unsent() {
  return autos().flatMap((form) => {
    const [key, told] = [keyed(form), said.get(keyed(form)) ?? []];
    const known = (one) => told.some(([name, value, state]) => name === one.name && state === now(one) && (!ticks(one) || value === one.value));
    return boxes(form).filter((one) => dirty(one) && !known(one)).map((one) => [key, one.name, ticks(one) ? one.value : null, now(one)]);
  });
}

export function putBack(unsaid) {
  for (const [key, name, value, state] of unsaid) {
    const form = autos().find((one) => keyed(one) === key);
    const box = form && boxes(form).find((one) => one.name === name && (value === null || one.value === value));
    if (!box) continue;
    if (ticks(box)) box.checked = state === "true";
    else box.value = state;
    box.dataset.carried = "yes"; // the browser tells of no change to what a script put in
  }
}

// The box in which somebody is, found again in the page that has come.
export function place() {
  const { form, name } = document.activeElement ?? {};
  const key = name && form?.dataset?.auto !== undefined ? keyed(form) : "";
  return () => (key ? autos().filter((one) => keyed(one) === key).flatMap((one) => [...one.elements]).find((one) => one.name === name && one.type !== "hidden") : null);
}

// The form as it stands when the turn of a request has come; none where the page is about something else by then.
export function standing(form, number, at) {
  const found = form.isConnected ? form : alike(form)[number];
  return found && (found.elements.at?.value ?? null) === at ? found : null;
}

document.addEventListener("focusout", ({ target }) => {
  if (!target.dataset?.carried || !target.isConnected || !dirty(target)) return;
  delete target.dataset.carried;
  target.dispatchEvent(new Event("change", { bubbles: true }));
});
