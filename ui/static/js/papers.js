// A paper beside its form: what has the focus is lit on the paper, Tab leads through the doubts.
const form = document.getElementById('sheet');
const ticks = [...form.querySelectorAll('input[name="_seen"]')];
const boxes = [...document.querySelectorAll('.page rect[data-path]')];
const paper = document.querySelector('.paper');

function pathOf(control) {
  return control.dataset.path || control.name || '';
}

function light(path) {
  const lit = boxes.filter((box) => {
    const on = box.dataset.path === path;
    box.classList.toggle('lit', on);
    return on;
  });
  if (lit.length && paper) {
    const at = lit[0].getBoundingClientRect();
    const frame = paper.getBoundingClientRect();
    if (at.top < frame.top || at.bottom > frame.bottom) {
      paper.scrollTop += at.top - frame.top - frame.height / 3;
    }
  }
}

function controlOf(path) {
  return form.elements.namedItem(path);
}

form.addEventListener('focusin', (event) => light(pathOf(event.target)));

form.addEventListener('input', (event) => {
  const tick = ticks.find((one) => one.value === event.target.name);
  if (tick) tick.checked = true;
});

for (const box of boxes) {
  box.addEventListener('click', () => {
    const control = controlOf(box.dataset.path);
    if (control && control.focus) control.focus();
  });
}

form.addEventListener('keydown', (event) => {
  if (event.key !== 'Tab' || event.altKey || event.ctrlKey) return;
  const at = ticks.indexOf(event.target);
  if (at < 0) return;
  const open = (one) => !one.checked;
  const next = event.shiftKey
    ? ticks.slice(0, at).reverse().find(open)
    : ticks.slice(at + 1).find(open);
  if (next) {
    event.preventDefault();
    next.focus();
  }
});

const first = ticks.find((one) => !one.checked);
if (first && !document.querySelector('[aria-invalid]')) first.focus({ preventScroll: true });
