// What stands in the controls of a form, as the facts that conditions look at. It reads as the
// server does where a person types plainly; what it cannot read is missing, as it is there.
import { decimal } from "./conditions.js";

const SECONDS = {
  d: 86400, 天: 86400, 日: 86400, day: 86400, days: 86400,
  h: 3600, 小时: 3600, 时: 3600, hour: 3600, hours: 3600,
  m: 60, 分钟: 60, 分: 60, min: 60, minute: 60, minutes: 60,
  s: 1, 秒: 1, second: 1, seconds: 1,
};
// A figure may stand between units: `¥ 1,200.50`, `12 kg`.
const FIGURE =
  /^[^0-9.+-]{0,12}([+-]?)([0-9]{1,3}(?:,[0-9]{3})+|[0-9]{0,30})(?:\.([0-9]{0,30}))?[^0-9.eE]{0,12}$/;
const PART = /([0-9]{1,9}) *([a-z]+|天|日|小时|时|分钟|分|秒) */y;
const LOCAL = /^([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2})(?::([0-9]{2}))?$/;

const half = (words) => words.normalize("NFKC").trim();

function figure(words) {
  const found = FIGURE.exec(half(words).replace(/[\u2212\u2013]/g, "-"));
  if (!found || !(found[2] || found[3])) return null;
  const whole = found[2].replace(/,/g, "") || "0";
  return `${found[1]}${whole}${found[3] ? `.${found[3]}` : ""}`;
}

/** Seconds as exact text, of `2h30m`, `1天` or a number in the field's unit. */
function duration(words, { unit }) {
  const typed = half(words).toLowerCase();
  const amount = decimal(typed);
  if (amount) {
    const parts = amount.units * BigInt(SECONDS[unit]);
    const second = 10n ** BigInt(amount.places);
    return parts % second === 0n ? String(parts / second) : null;
  }
  let total = 0;
  PART.lastIndex = 0;
  while (PART.lastIndex < typed.length) {
    const found = PART.exec(typed);
    const size = found ? SECONDS[found[2]] : undefined;
    if (!size) return null;
    total += Number(found[1]) * size;
  }
  return typed ? String(total) : null;
}

function day(words) {
  const found = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(words.trim());
  const at = found ? new Date(`${found[0]}T00:00:00Z`) : null;
  return at && !Number.isNaN(at.getTime()) && at.toISOString().startsWith(found[0]) ? found[0] : null;
}

/** How far the clocks of `zone` are ahead of UTC at a moment, in milliseconds. */
function ahead(zone, at) {
  const parts = {};
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: zone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric",
    hour: "numeric", minute: "numeric", second: "numeric",
  });
  for (const { type, value } of format.formatToParts(at)) parts[type] = Number(value);
  const { year, month, day: date, hour, minute, second } = parts;
  return Date.UTC(year, month - 1, date, hour, minute, second) - at;
}

/** A moment in UTC, of what a clock in `zone` shows; of two equal hours the first. */
function moment(words, { zone }) {
  const found = LOCAL.exec(words.trim());
  // Browsers read the 30th of February as a day in March.
  const shown = found && day(found[1]) ? Date.parse(`${found[1]}T${found[2]}:${found[3] || "00"}Z`) : NaN;
  if (Number.isNaN(shown)) return null;
  const before = shown - ahead(zone, shown - 86400000);
  const after = shown - ahead(zone, shown + 86400000);
  const fits = (at) => at + ahead(zone, at) === shown;
  const at = !fits(before) && fits(after) ? after : before;
  return new Date(at).toISOString();
}

const READERS = {
  text: (words) => words.normalize("NFC").trim() || null,
  half: (words) => half(words) || null,
  place: (words) => words.trim() || null,
  number: figure,
  duration,
  date: day,
  datetime: moment,
};

/** The words that stand in controls of one name: those of ticked boxes, or of the line. */
function wordsIn(controls) {
  if (controls.length === 0) return null;
  const files = controls.reduce((sum, one) => sum + (one.files ? one.files.length : 0), 0);
  const boxes = controls.filter((one) => one.type === "checkbox");
  const ticked = boxes.filter((one) => one.checked).map((one) => one.value);
  if (boxes.length > 0 || controls[0].type === "file") return { ticked, files };
  return { ticked: [], files: 0, line: controls[0].value };
}

/** The same of a row that is not drawn: `words` is a text, a list, true, or nothing. */
function wordsOf(words) {
  if (typeof words === "string") return { ticked: [], files: 0, line: words };
  const ticked = Array.isArray(words) ? words : words === true ? ["true"] : [];
  return { ticked, files: 0, line: "" };
}

function fact(said, how) {
  if (said === null) return null;
  if (how.as === "boolean") return said.ticked.length > 0;
  if (how.as === "list") return said.ticked.length > 0 ? said.ticked : null;
  if (how.as === "file") return String(said.files + said.ticked.length).replace(/^0$/, "") || null;
  return READERS[how.as](said.line ?? "", how);
}

const named = (root, name) => [...root.querySelectorAll(`[name="${name}"]`)];

const FIELDS = "input:not([type=hidden]), select, textarea";
const standing = (row) =>
  [...row.querySelectorAll(FIELDS)].map((one) => (one.type === "checkbox" ? one.checked : one.value));

/** Whether a row is as every new one begins; such a row is not sent either. */
function untouched(row, begun) {
  if (row.querySelector('[name$="._id"]')?.value) return false;
  return standing(row).every((value, at) => value === "" || value === false || value === begun[at]);
}

/** What stands in the blank row of a table, from which new ones are made. */
function beginnings(root, name) {
  const blank = root.querySelector(`template[id="blank-${name}"]`);
  if (!blank) return [];
  const row = blank.content.querySelector("tr") ?? document.createElement("tr");
  return standing(row);
}

function rows(root, name, columns, zone) {
  const told = Object.entries(columns).map(([id, how]) => [id, { ...how, zone }]);
  const begun = beginnings(root, name);
  const found = [...root.querySelectorAll(`table[data-rows="${name}"] > tbody > tr`)];
  const drawn = found.filter((row) => !untouched(row, begun)).map((row) => {
    const prefix = row.querySelector('[name$="._id"]').name.slice(0, -"_id".length);
    return Object.fromEntries(
      told.map(([id, how]) => [id, fact(wordsIn(named(row, prefix + id)), how)]),
    );
  });
  const text = root.querySelector(`[name="${name}._rows"]`)?.value;
  if (!text) return drawn;
  const waiting = JSON.parse(text);
  const read = ([, , cells]) =>
    Object.fromEntries(told.map(([id, how]) => [id, fact(wordsOf(cells[id]), how)]));
  return [...waiting.before.map(read), ...drawn, ...waiting.after.map(read)];
}

/** Return the facts of the controls in `root` that `fields` describes. */
export function typedFacts(root, fields, zone) {
  const read = ([name, how]) => [
    name,
    how.as === "table"
      ? rows(root, name, how.columns, zone)
      : fact(wordsIn(named(root, name)), { ...how, zone }),
  ];
  return Object.fromEntries(Object.entries(fields).map(read));
}
