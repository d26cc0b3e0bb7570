// Exact numbers as text: what is counted never passes through a float.
import { decimal } from "../conditions.js";

function shown({ units, places }) {
  const sign = units < 0n ? "-" : "";
  const digits = String(units < 0n ? -units : units).padStart(places + 1, "0");
  const whole = places ? digits.slice(0, -places) : digits;
  const rest = places ? digits.slice(-places).replace(/0+$/, "") : "";
  return sign + whole + (rest && `.${rest}`);
}

function aligned(one, other) {
  const places = Math.max(one.places, other.places);
  const scaled = ({ units, places: has }) => units * 10n ** BigInt(places - has);
  return [scaled(one), scaled(other), places];
}

/** Return a number as it was typed in plain digits; null where it is none. */
export function amount(text) {
  const plain = String(text ?? "")
    .normalize("NFKC")
    .replace(/[\s,]/g, "");
  const value = decimal(plain);
  return value === null ? null : shown(value);
}

/** Return the sum of two numbers given as text. */
export function plus(one, other) {
  const [a, b, places] = aligned(decimal(one), decimal(other));
  return shown({ units: a + b, places });
}

/** Return the difference of two numbers given as text. */
export function minus(one, other) {
  const [a, b, places] = aligned(decimal(one), decimal(other));
  return shown({ units: a - b, places });
}

/** Return -1, 0 or 1 as a number is below, at or above zero. */
export function sign(text) {
  const { units } = decimal(text);
  return units < 0n ? -1 : units > 0n ? 1 : 0;
}

/** Return how many decimals a number has. */
export const places = (text) => (text.split(".")[1] || "").length;

/** Return a number with its thousands apart, as people read it. */
export function grouped(text) {
  const [whole, rest] = String(text).split(".");
  const spaced = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  return rest ? `${spaced}.${rest}` : spaced;
}
