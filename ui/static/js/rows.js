// Rows of a sub-table are added and removed at once, from the blank row the page carries.

const renumber = (table) =>
  table.querySelectorAll("tbody .rowno").forEach((cell, index) => (cell.textContent = index + 1));

function add(table) {
  const name = table.dataset.rows;
  const next = Number(table.dataset.next);
  const holder = document.createElement("tbody");
  holder.innerHTML = document.getElementById(`blank-${name}`).innerHTML.replaceAll("__n__", String(next));
  table.dataset.next = String(next + 1);
  const row = holder.firstElementChild;
  table.tBodies[0].append(row);
  renumber(table);
  row.querySelector("input:not([type=hidden]), select, textarea")?.focus();
  return row;
}

function remove(button) {
  const table = button.closest("table");
  const row = button.closest("tr");
  const near = row.nextElementSibling ?? row.previousElementSibling;
  row.remove();
  renumber(table);
  near?.querySelector("[data-remove]")?.focus();
}

export function growTables(root) {
  root.addEventListener("click", (event) => {
    const adder = event.target.closest("[data-add]");
    const remover = event.target.closest("[data-remove]");
    if (!adder && !remover) return;
    event.preventDefault();
    if (adder) add(root.querySelector(`table[data-rows="${adder.dataset.add}"]`));
    else remove(remover);
    (adder ?? root.querySelector("form[data-guard]"))?.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
