// Ctrl K opens one box for everything; arrows walk what it offers.

const palette = document.getElementById("palette");
const box = document.getElementById("palette-q");

function open() {
  if (!palette.open) palette.showModal();
  box.select();
  window.htmx?.trigger(box, "refresh");
}

document.addEventListener("keydown", (event) => {
  if (event.key === "k" && (event.ctrlKey || event.metaKey) && palette) {
    event.preventDefault();
    open();
  }
});

palette?.addEventListener("keydown", (event) => {
  const links = [...palette.querySelectorAll("#hits a")];
  const at = links.indexOf(document.activeElement);
  if (event.key === "ArrowDown") links[Math.min(at + 1, links.length - 1)]?.focus();
  else if (event.key === "ArrowUp") (at > 0 ? links[at - 1] : box).focus();
  else if (event.key === "Enter" && event.target === box && links.length && box.value.trim()) links[0].click();
  else if (event.key.length === 1 && at >= 0 && !event.ctrlKey && !event.metaKey) return box.focus();
  else return;
  event.preventDefault();
});
// A press beside the box closes it.
palette?.addEventListener("click", (event) => event.target === palette && palette.close());
