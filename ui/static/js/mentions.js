// Behind an @ a list of people opens: arrows choose, Enter or Tab takes, Escape closes.
const WORD = /(?:^|[^\w.])@([^\s@,,。;;::!!??()()]{0,40})$/u;
const WAIT = 150;

export function offerNames(area) {
  const box = area.closest("form");
  box.classList.add("mentioning");
  const list = document.createElement("ul");
  list.className = "names";
  list.id = `${area.id}-names`;
  list.setAttribute("role", "listbox");
  list.hidden = true;
  area.after(list);
  for (const [name, value] of [["aria-autocomplete", "list"], ["aria-haspopup", "listbox"], ["aria-controls", list.id]])
    area.setAttribute(name, value);

  let timer = 0;
  let asked = 0;
  let chosen = 0;

  const word = () => WORD.exec(area.value.slice(0, area.selectionStart));
  const close = () => {
    list.hidden = true;
    list.replaceChildren();
    area.removeAttribute("aria-activedescendant");
  };
  const choose = (place) => {
    chosen = (place + list.children.length) % list.children.length;
    [...list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === chosen)));
    area.setAttribute("aria-activedescendant", list.children[chosen].id);
  };
  const take = (place) => {
    const found = word();
    if (!found) return close();
    const start = area.selectionStart - found[1].length;
    area.setRangeText(`${list.children[place].dataset.id} `, start, area.selectionStart, "end");
    close();
    area.focus();
  };
  const show = (items) => {
    list.replaceChildren(
      ...items.map((one, place) => {
        const item = document.createElement("li");
        item.id = `${list.id}-${place}`;
        item.setAttribute("role", "option");
        item.dataset.id = one.id;
        const login = document.createElement("small");
        login.textContent = one.outside ? `${one.id} · ${area.dataset.outside}` : one.id;
        item.append(one.name, login);
        item.addEventListener("pointerdown", (event) => {
          event.preventDefault();
          take(place);
        });
        return item;
      }),
    );
    if (!items.length) return close();
    list.style.setProperty("top", `${area.offsetTop + area.offsetHeight + 2}px`);
    list.hidden = false;
    choose(0);
  };
  const ask = async () => {
    const found = word();
    if (!found) return close();
    const mine = ++asked;
    try {
      const answer = await fetch(`${area.dataset.mentions}?q=${encodeURIComponent(found[1])}`);
      if (answer.ok && mine === asked) show((await answer.json()).items);
    } catch {
      close();
    }
  };

  area.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  area.addEventListener("blur", close);
  area.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return box.requestSubmit();
    if (list.hidden) return;
    const acts = { ArrowDown: () => choose(chosen + 1), ArrowUp: () => choose(chosen - 1), Enter: () => take(chosen), Tab: () => take(chosen), Escape: close };
    if (!acts[event.key]) return;
    event.preventDefault();
    event.stopPropagation();
    acts[event.key]();
  });
}
