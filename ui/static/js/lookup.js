// Suggestions for a reference field are fetched while its first letters are typed.

const PAUSE = 180; // milliseconds of rest before asking
const answers = new Map();

async function ask(address, words) {
  const url = `${address}${address.includes("?") ? "&" : "?"}q=${encodeURIComponent(words)}`;
  if (!answers.has(url)) {
    const answer = await fetch(url, { headers: { Accept: "application/json" } });
    if (!answer.ok) return [];
    answers.set(url, (await answer.json()).items);
  }
  return answers.get(url);
}

function offer(list, items) {
  list.replaceChildren(
    ...items.map(({ key, label }) => {
      const option = document.createElement("option");
      option.value = key;
      option.textContent = label;
      return option;
    }),
  );
}

export function searchReferences(root) {
  let resting = 0;
  root.addEventListener("input", (event) => {
    const input = event.target;
    const address = input.dataset?.lookup;
    if (!address) return;
    input.parentElement.querySelector("[data-found]")?.remove();
    clearTimeout(resting);
    resting = setTimeout(async () => {
      const list = document.getElementById(input.getAttribute("list"));
      const words = input.value.trim();
      if (list && words) offer(list, await ask(address, words));
    }, PAUSE);
  });
}
