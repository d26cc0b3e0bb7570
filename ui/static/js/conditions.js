// Conditions in the browser: the same three answers (true, false, null for unknown) that
// platform/seamline/conditions/evaluate.py gives. It runs what conditions/browser.py writes.
// Nothing is evaluated as code, and no number passes through a float.

import { plain, spanOf, within } from "./spans.js";

const DEEPEST = 24; // levels; the parser on the server stops at 16
const DECIMAL = /^([+-]?)([0-9]{1,60})(?:\.([0-9]{1,60}))?$/;
const DAY = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;
const MOMENT =
  /^([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.([0-9]{1,6}))?(Z|[+-][0-9]{2}:[0-9]{2})$/;

// Each reader returns a value that `order` compares, or null where it is none of that type.

/** Return exact digits and the number of decimals, trailing zeros removed; null where no number. */
export function decimal(value) {
  const text = Number.isSafeInteger(value) ? String(value) : value;
  const found = typeof text === "string" ? DECIMAL.exec(text) : null;
  if (!found) return null;
  const decimals = (found[3] || "").replace(/0+$/, "");
  const units = BigInt(found[2] + decimals);
  return { units: found[1] === "-" ? -units : units, places: decimals.length };
}

/** Return a moment as microseconds since 1970, null where it is none. */
export function moment(value) {
  const found = typeof value === "string" ? MOMENT.exec(value) : null;
  const at = found ? Date.parse(found[1] + found[3]) : NaN;
  return Number.isNaN(at) ? null : BigInt(at) * 1000n + BigInt((found[2] || "").padEnd(6, "0"));
}

const text = (value) => (typeof value === "string" ? value : null);
const truth = (value) => (typeof value === "boolean" ? value : null);
const day = (value) => (typeof value === "string" && DAY.test(value) ? value : null);

/** Texts stand in the order of their characters, as on the server; JavaScript's own order is
 *  that of UTF-16 units, which puts the characters beyond U+FFFF before the last ones below. */
function byCharacter(one, other) {
  const shorter = Math.min(one.length, other.length);
  let at = 0;
  while (at < shorter && one[at] === other[at]) at += 1;
  if (at === shorter) return plain(one.length, other.length);
  return plain(rank(one.charCodeAt(at)), rank(other.charCodeAt(at)));
}

function rank(unit) {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

function byAmount(one, other) {
  const places = one.places - other.places;
  if (places === 0) return plain(one.units, other.units);
  return places < 0
    ? plain(one.units * 10n ** BigInt(-places), other.units)
    : plain(one.units, other.units * 10n ** BigInt(places));
}

const itself = (value) => value;
const amountKey = ({ units, places }) => `${units}e-${places}`;
const NUMBER = { read: decimal, order: byAmount, key: amountKey };
const TYPES = new Map([
  ["text", { read: text, order: byCharacter, key: itself }],
  ["number", NUMBER],
  ["file", NUMBER],
  ["duration", NUMBER], // in seconds
  ["boolean", { read: truth, order: plain, key: itself }],
  ["date", { read: day, order: plain, key: itself }],
  ["datetime", { read: moment, order: plain, key: itself }],
]);
const RELATIONS = new Map([
  ["==", (sign) => sign === 0],
  ["!=", (sign) => sign !== 0],
  ["<", (sign) => sign < 0],
  ["<=", (sign) => sign <= 0],
  [">", (sign) => sign > 0],
  [">=", (sign) => sign >= 0],
]);

// A field may be called `constructor`: only what stands in the facts themselves counts.
function fact(facts, name) {
  return Object.prototype.hasOwnProperty.call(facts, name) ? facts[name] : null;
}

const isVar = (side) => side !== null && typeof side === "object" && typeof side.var === "string";

function typed(side) {
  const type = TYPES.get(side.type);
  if (!type) throw new TypeError(`no comparison of ${side.type}`);
  return type;
}

/** Whether something is there and not false, zero or empty. */
function filled(value, type) {
  if (value === null || value === undefined || value === "" || value === false) return false;
  if (Array.isArray(value)) return value.length > 0;
  if (type !== "number" && type !== "file" && type !== "duration") return true;
  const amount = decimal(value);
  return amount === null || amount.units !== 0n;
}

function presence({ left }) {
  return (facts) => filled(fact(facts, left.var), left.type);
}

function comparison({ op, left, right }) {
  const holds = RELATIONS.get(op);
  const { read, order } = typed(left);
  if (isVar(right)) {
    const other = typed(right).read;
    return (facts) => {
      const one = read(fact(facts, left.var));
      const two = other(fact(facts, right.var));
      return one === null || two === null ? null : holds(order(one, two));
    };
  }
  const constant = read(right);
  if (constant === null) throw new TypeError(`no ${left.type}: ${right}`);
  return (facts) => {
    const one = read(fact(facts, left.var));
    return one === null ? null : holds(order(one, constant));
  };
}

function membership({ left, right }) {
  if (isVar(right)) {
    return (facts) => {
      const word = isVar(left) ? fact(facts, left.var) : left;
      const words = fact(facts, right.var);
      return typeof word === "string" && Array.isArray(words) ? words.includes(word) : null;
    };
  }
  const { read, key } = typed(left);
  const keys = new Set(right.map((one) => key(read(one))));
  return (facts) => {
    const one = read(fact(facts, left.var));
    return one === null ? null : keys.has(key(one));
  };
}

function negation({ part }, depth) {
  const inner = built(part, depth);
  return (facts, clock) => {
    const answer = inner(facts, clock);
    return answer === null ? null : !answer;
  };
}

/** `and` is decided by a false part, `or` by a true one; otherwise unknown parts win. */
function junction({ op, parts }, depth) {
  const decisive = op === "or";
  const inner = parts.map((part) => built(part, depth));
  return (facts, clock) => {
    let verdict = !decisive;
    for (const part of inner) {
      const answer = part(facts, clock);
      if (answer === decisive) return decisive;
      if (answer === null) verdict = null;
    }
    return verdict;
  };
}

function quantified({ op, table, part }, depth) {
  const inner = built(part, depth);
  const decisive = op !== "all";
  const decided = op === "some";
  return (facts, clock) => {
    const rows = fact(facts, table);
    if (!filled(rows, "table")) return op === "none";
    if (!Array.isArray(rows)) return null;
    let verdict = !decided;
    for (const row of rows) {
      const answer = inner(row, clock);
      if (answer === decisive) return decided;
      if (answer === null) verdict = null;
    }
    return verdict;
  };
}

/** Whether a date or a moment falls in a span of time; unknown without a clock. */
function falling({ left, right }) {
  const { read } = typed(left);
  const span = spanOf(right, left.type);
  return (facts, clock) => {
    const value = read(fact(facts, left.var));
    return value === null || !clock ? null : within(span, left.type, value, clock);
  };
}

const BUILDERS = new Map([
  ["falls", falling],
  ["true", () => () => true],
  ["false", () => () => false],
  ["var", presence],
  ["in", membership],
  ["!", negation],
  ["and", junction],
  ["or", junction],
  ["some", quantified],
  ["all", quantified],
  ["none", quantified],
  ...[...RELATIONS.keys()].map((relation) => [relation, comparison]),
]);

function built(tree, depth) {
  const build = depth < DEEPEST ? BUILDERS.get(tree.op) : undefined;
  if (!build) throw new TypeError(depth < DEEPEST ? `no operator ${tree.op}` : "too deep");
  return build(tree, depth + 1);
}

/** Return a function of facts that answers true, false, or null for unknown. What asks for spans
 *  of time needs a clock beside them: `{ now: microseconds since 1970, zone: "Asia/Shanghai" }`.
 *  Throws a TypeError where `tree` is not what the server writes. */
export function compiled(tree) {
  return built(tree, 0);
}
