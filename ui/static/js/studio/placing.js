// A field chosen for a message goes in where the cursor was last, and behind the other language's text.
// Without this the server puts it behind both.
let last = null;

document.addEventListener("focusout", ({ target }) => {
  if (target.matches?.("#inspector [lang]") && "selectionStart" in target) last = { id: target.id, at: target.selectionStart };
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-place]");
  if (!button) return;
  const boxes = [...button.form.querySelectorAll(`[id^="${CSS.escape(button.dataset.place)}-"]`)];
  const here = boxes.find((one) => one.id === last?.id);
  if (!here) return;
  event.preventDefault();
  const place = `{${document.getElementById("place").value}}`;
  here.setRangeText(place, last.at, last.at, "end");
  for (const one of boxes) if (one !== here && !one.value.includes(place)) one.value += place;
  last = { id: here.id, at: here.selectionStart };
  here.focus();
  here.dispatchEvent(new Event("change", { bubbles: true }));
});

document.addEventListener("change", ({ target }) => {
  if (target.id === "on") target.form.querySelector("button").click();
});
