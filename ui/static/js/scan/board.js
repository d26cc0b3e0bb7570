// What runs on board: items by their codes, the figures that follow from the moves not yet told,
// and the rules that the device can judge by the same conditions as the server.
import { compiled } from "../conditions.js";
import { minus, plus } from "./amounts.js";
import { variants } from "./labels.js";

/** The items at one place, with the rules of their moves. */
export class Board {
  constructor(config) {
    this.config = config;
    this.rules = config.rules.map((rule) => ({ ...rule, holds: compiled(rule.when) }));
    this.load(null);
  }

  /** Take up what was carried; null for nothing. */
  load(carried) {
    this.carried = carried;
    this.items = new Map();
    this.codes = new Map();
    for (const item of carried ? carried.items : []) this.#know(item);
  }

  #know(item) {
    this.items.set(item.key, item);
    for (const code of [item.key, ...item.codes]) {
      const keys = this.codes.get(code) || new Set();
      this.codes.set(code, keys.add(item.key));
    }
  }

  /** Learn of an item, or of its balance as it is now. */
  learn(item) {
    this.#know(item);
  }

  /** Return the items that a code stands for. */
  called(code) {
    const keys = new Set(variants(code).flatMap((one) => [...(this.codes.get(one) || [])]));
    return [...keys].map((key) => this.items.get(key));
  }

  /** Return the figure of an item as the server last told it; null where nobody knows. */
  told(key) {
    const item = this.items.get(key);
    if (!item) return null;
    if (item.balance) return item.balance.figure;
    return this.config.opens ? "0" : null;
  }

  /** Return the figure that follows once the moves that wait here have been told. */
  expected(key, waiting) {
    let figure = this.told(key);
    for (const move of waiting) {
      if (figure !== null && move.item === key) figure = this.after(figure, move.effect, move.amount);
    }
    return figure;
  }

  /** Return the figure after a move. */
  after(figure, effect, amount) {
    if (effect === "set") return amount;
    return effect === "add" ? plus(figure, amount) : minus(figure, amount);
  }

  /** Take up the figure that the server has answered. */
  settle(key, figure) {
    const item = this.items.get(key);
    if (!item || figure === null || figure === undefined) return;
    item.balance = { ...(item.balance || { figures: [] }), figure };
  }

  /** Return the rules that hold of a move, hard ones first; what cannot be known says nothing. */
  judge(values, item, before, after) {
    const { fields } = this.config;
    const facts = { ...values, ...(item ? item.facts : {}) };
    facts[fields.before] = before;
    facts[fields.after] = after;
    return this.rules
      .filter((rule) => rule.holds(facts) === true)
      .map((rule) => ({ hard: rule.hard, title: rule.title, say: filled(rule.say, facts) }));
  }
}

/** Return a sentence with the facts that it names. */
export function filled(sentence, facts) {
  return sentence.replace(/\{([^{}]*)\}/g, (_, name) => {
    const value = Object.hasOwn(facts, name) ? facts[name] : null;
    return value === null || value === undefined || value === "" ? "—" : String(value);
  });
}
