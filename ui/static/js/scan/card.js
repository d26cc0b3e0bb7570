// The card of the item that was scanned: what it is, how much there is, since when that is known.
import { amount, grouped } from "./amounts.js";

/** Shows one item. */
export class Card {
  constructor(words) {
    this.words = words;
    this.element = document.getElementById("item");
  }

  #part(name) {
    return this.element.querySelector(`[data-of=${name}]`);
  }

  /** Show an item with the figure that is expected; `since` says when it was carried. */
  show(item, figure, since, told) {
    this.element.hidden = !item;
    if (!item) return;
    this.#part("key").textContent = item.key;
    this.#part("name").textContent = item.name;
    this.#part("shows").replaceChildren(...item.shows.map(([label, word]) => shown(label, word)));
    this.#part("figure").textContent = figure === null ? "–" : grouped(amount(figure) ?? figure);
    const stale = this.#part("stale");
    stale.hidden = !since;
    stale.textContent = since ? told(since) : "";
    const fed = (item.balance && item.balance.fed) || [];
    this.#part("line").classList.toggle("old", fed.some(([, late]) => late));
    this.#part("fed").replaceChildren(...fed.map(([word, late]) => source(word, late)));
    const figures = item.balance ? item.balance.figures : [];
    this.#part("figures").hidden = figures.length === 0;
    this.#part("figures").replaceChildren(...figures.map(([label, word]) => pair(label, word)));
  }
}

function source(word, late) {
  const part = document.createElement("p");
  part.className = late ? "feed late" : "feed";
  part.textContent = word;
  return part;
}

function shown(label, word) {
  const part = document.createElement("span");
  const hint = document.createElement("span");
  hint.className = "sr";
  hint.textContent = `${label}: `;
  part.append(hint, word);
  return part;
}

function pair(label, word) {
  const part = document.createElement("div");
  const term = document.createElement("dt");
  const value = document.createElement("dd");
  term.textContent = label;
  value.textContent = word;
  part.append(term, value);
  return part;
}
