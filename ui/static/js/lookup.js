// Suggestions for a reference field are fetched while its first letters are typed.

const PAUSE = 180; // milliseconds of rest before asking
const answers = new Map();
const names = new Map(); // what each key met so far is called

async function ask(address, words) {
  const url = `${address}${address.includes("?") ? "&" : "?"}q=${encodeURIComponent(words)}`;
  if (!answers.has(url)) {
    const answer = await fetch(url, { headers: { Accept: "application/json" } });
    // Led to the sign-in page: the session is over, which the next submit will say.
    if (!answer.ok || answer.redirected) return [];
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

// Under the field stands what its key is called.
function name(input) {
  const listed = [...(input.list?.options ?? [])].find((option) => option.value === input.value);
  const known = listed?.textContent || names.get(`${input.dataset.lookup} ${input.value}`);
  let line = input.parentElement.querySelector("[data-found]");
  if (!known || known === input.value) return line?.remove();
  if (!line) {
    line = document.createElement("p");
    line.className = "help";
    line.dataset.found = "";
    input.after(line);
  }
  line.textContent = known;
  names.set(`${input.dataset.lookup} ${input.value}`, known);
}

export function searchReferences(root) {
  let resting = 0;
  root.addEventListener("input", (event) => {
    const input = event.target;
    const address = input.dataset?.lookup;
    if (!address) return;
    name(input);
    clearTimeout(resting);
    resting = setTimeout(async () => {
      const words = input.value.trim();
      if (!input.list || !words) return;
      offer(input.list, await ask(address, words));
      name(input);
    }, PAUSE);
  });
}
