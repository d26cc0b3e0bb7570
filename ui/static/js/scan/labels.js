// What a label says: the code of an item and what stands beside it, read as the scanner sent it.
// The server reads the same (platform/seamline/pages/labels.py); a test holds the two equal.

const GROUP = "\x1d"; // ends an element of variable length
const SYMBOLOGY = /^\][A-Za-z][0-9]/;
const BRACKETED = /\(([0-9]{2,4})\)([^(]*)/g;
const PLACE = /\{([^{}]*)\}/;
const MEASURE = /^3[1-6][0-9]([0-9])$/;
const DIGITS = /^[0-9]+$/;
const LONGEST = 500;
const TWO = new Set(["00", "01", "02", "03", "11", "12", "13", "15", "16", "17", "20"]);
const FIXED = new Map([
  ["00", 18], ["01", 14], ["02", 14], ["03", 14], ["11", 6], ["12", 6], ["13", 6], ["15", 6],
  ["16", 6], ["17", 6], ["20", 2], ["41", 13], ["31", 6], ["32", 6], ["33", 6], ["34", 6],
  ["35", 6], ["36", 6],
]);
const LONG = new Map([
  ["23", 3], ["24", 3], ["25", 3], ["39", 4], ["40", 3], ["42", 3], ["43", 4], ["70", 4],
  ["71", 3], ["72", 4], ["80", 4], ["81", 4], ["82", 4],
]);

/** Return the code (under `code`) and the fields that a scanned text holds. */
export function readLabel(scanned, pattern, gs1) {
  const text = trimmed(scanned).slice(0, LONGEST);
  const elements = new Map(elementsOf(text));
  const code = elements.get("01") || elements.get("02");
  if (code) {
    const found = { code };
    for (const [ai, value] of elements) if (Object.hasOwn(gs1, ai)) found[gs1[ai]] = value;
    return found;
  }
  const plain = stripped(text.replace(SYMBOLOGY, ""));
  return pattern ? parts(plain, pattern) : { code: plain };
}

/** Return what a code may be stored as: a GTIN of 14 digits also without its leading zeros. */
export function variants(code) {
  const found = [code];
  if (code.length === 14 && DIGITS.test(code)) {
    for (const cut of [1, 2, 6]) if (/^0+$/.test(code.slice(0, cut))) found.push(code.slice(cut));
  }
  return found;
}

// What Python's strip() takes away of control characters counts as well: the group separator.
const trimmed = (text) => text.replace(/^[\s\x1c-\x1f\x85]+|[\s\x1c-\x1f\x85]+$/g, "");
const stripped = (text) => text.replace(/^\x1d+|\x1d+$/g, "");

function parts(text, pattern) {
  const pieces = pattern.split(PLACE);
  if (!text.startsWith(pieces[0])) return { code: text };
  let rest = text.slice(pieces[0].length);
  const found = {};
  for (let at = 1; at < pieces.length; at += 2) {
    const between = pieces[at + 1];
    const cut = between ? rest.indexOf(between) : -1;
    const value = trimmed(cut < 0 ? rest : rest.slice(0, cut));
    if (value) found[pieces[at]] = value;
    if (cut < 0) break;
    rest = rest.slice(cut + between.length);
  }
  return Object.hasOwn(found, "code") ? found : { code: text };
}

function elementsOf(text) {
  const bracketed = text.startsWith("(") ? [...text.matchAll(BRACKETED)] : [];
  if (bracketed.length) return bracketed.map(([, ai, value]) => [ai, valueOf(ai, value)]);
  const marked = SYMBOLOGY.test(text);
  const rest = marked ? text.slice(3) : text;
  if (!marked && !rest.includes(GROUP)) {
    // A bare string counts where it begins with a whole GTIN whose check digit is right.
    if (!/^01[0-9]{14}/.test(rest) || !checks(rest.slice(2, 16))) return [];
  }
  return walked(rest.replace(/^\x1d+/, ""));
}

function walked(text) {
  const found = [];
  let rest = text;
  while (rest.length > 2 && /^[0-9]{2}/.test(rest)) {
    const head = rest.slice(0, 2);
    const fixed = FIXED.get(head) || 0;
    const length = fixed ? (TWO.has(head) ? 2 : head === "41" ? 3 : 4) : LONG.get(head) || 2;
    const ai = rest.slice(0, length);
    const body = rest.slice(length);
    const cut = body.indexOf(GROUP);
    let value = cut < 0 ? body : body.slice(0, cut);
    let after = cut < 0 ? "" : body.slice(cut + 1);
    if (fixed) {
      value = body.slice(0, fixed);
      after = body.slice(fixed).replace(/^\x1d+/, "");
    }
    found.push([ai, valueOf(ai, value)]);
    rest = after;
  }
  return found;
}

function valueOf(ai, raw) {
  const value = trimmed(raw);
  const measure = MEASURE.exec(ai);
  if (!measure || !DIGITS.test(value)) return value;
  const places = Number(measure[1]);
  const padded = value.padStart(places + 1, "0");
  const whole = (places ? padded.slice(0, -places) : padded).replace(/^0+/, "") || "0";
  return places ? `${whole}.${padded.slice(-places)}` : whole;
}

function checks(gtin) {
  let total = 0;
  for (let at = 0; at < gtin.length - 1; at += 1) total += Number(gtin[at]) * (at % 2 === 0 ? 3 : 1);
  return (10 - (total % 10)) % 10 === Number(gtin.at(-1));
}
