// A hand-held scanner types like a very fast keyboard and ends with Enter. Wherever it types, the
// code comes to the page as a code, and what stood in the control before stands there again.

const BETWEEN = 45; // milliseconds; nobody types a key so soon after another, several times on end
const SHORTEST = 4;

/** Call `scanned` with what a scanner types outside the code field; `code` is that field. */
export function listenForScanner(code, scanned) {
  let keys = [];
  let before = "";
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
      const target = event.target;
      if (target === code) return;
      if (event.key === "Enter") {
        const typed = keys;
        keys = [];
        if (typed.length < SHORTEST || event.timeStamp - typed.at(-1).at > 2 * BETWEEN) return;
        event.preventDefault();
        event.stopPropagation();
        if (isTyped(target)) {
          target.value = before;
          target.dispatchEvent(new Event("input", { bubbles: true }));
        }
        scanned(typed.map((one) => one.key).join(""));
        return;
      }
      if (event.key.length !== 1) return;
      const last = keys.at(-1);
      if (!last || event.timeStamp - last.at > BETWEEN || last.target !== target) {
        keys = [];
        before = isTyped(target) ? target.value : "";
        if (!isTyped(target) && !isPicked(target)) code.focus({ preventScroll: true });
      }
      keys.push({ key: event.key, at: event.timeStamp, target });
    },
    true,
  );
}

const isTyped = (target) => target instanceof HTMLInputElement && /^(text|search|number|)$/.test(target.type);
const isPicked = (target) => target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement;
