// Typed work is not lost by a stray click, and nothing is sent twice.

export function guardForms(root) {
  let dirty = root.querySelector("#problems") !== null && root.querySelector("form[data-guard]") !== null;
  let leaving = false;

  root.addEventListener("input", (event) => {
    if (event.target.closest("form[data-guard]")) dirty = true;
  });
  root.addEventListener("seam:kept", () => (dirty = false));
  root.addEventListener("click", (event) => {
    if (event.target.closest("[data-leave]")) leaving = true;
  });
  root.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches("[data-guard]")) leaving = true;
    if (!form.matches("[data-guard], [data-once]")) return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "yes";
    event.submitter?.classList.add("busy");
    const hint = form.dataset.busy && form.querySelector(".hint");
    if (hint) hint.textContent = form.dataset.busy;
  });
  // Coming back by the browser's arrow shows the form as it was: it may be sent again.
  window.addEventListener("pageshow", () => {
    leaving = false;
    root.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
    root.querySelectorAll(".busy").forEach((button) => button.classList.remove("busy"));
  });
  window.addEventListener("beforeunload", (event) => {
    if (dirty && !leaving) event.preventDefault();
  });
}
