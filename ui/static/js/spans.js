// Spans of time seen from a moment, with the edges of platform/seamline/conditions/span.py: dates
// are compared with whole days of the workspace's zone, moments exactly, to the microsecond.

const SECONDS = { m: 60n, h: 3600n, d: 86400n, w: 604800n };
const DAYS_OF = { d: 1, w: 7 };
const DAY = 86400000; // milliseconds
const STEPS = { last: -1, this: 0, next: 1 };
const NAMED = { yesterday: -1, today: 0, tomorrow: 1 };
const MONTHS = { month: 1, quarter: 3, year: 12 };
const WAYS = ["in", "before", "since", "until", "after"];
const UNITS = ["week", ...Object.keys(MONTHS)];
const PERIODS = [
  ...Object.keys(NAMED),
  ...Object.keys(STEPS).flatMap((step) => UNITS.map((unit) => `${step} ${unit}`)),
];
const calendars = new Map();

/** Which of two values comes first: -1, 0 or 1. */
export const plain = (one, other) => (one < other ? -1 : one > other ? 1 : 0);

/** Return a span of which dates, or moments, can be asked; throws a TypeError for anything else. */
export function spanOf(told, type) {
  const { way, period, count, unit } = told || {};
  const days = type === "date";
  const units = Object.keys(days ? DAYS_OF : SECONDS);
  const counted = Number.isSafeInteger(count) && count > 0 && ["last", "next"].includes(period);
  const now = period === "now" && !days && way !== "in";
  const known = count ? counted && units.includes(unit) : now || PERIODS.includes(period);
  if (!known || !WAYS.includes(way) || (!days && type !== "datetime")) {
    throw new TypeError(`no span of ${type}`);
  }
  return told;
}

/** Return the day (2026-03-31) that a moment falls on in a zone. */
export function dayOf(moment, zone) {
  if (!calendars.has(zone)) {
    const asked = { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" };
    calendars.set(zone, new Intl.DateTimeFormat("en-US", asked));
  }
  const thousandth = moment % 1000n;
  const at = Number((moment - thousandth) / 1000n) - (thousandth < 0n ? 1 : 0);
  const parts = calendars.get(zone).formatToParts(at);
  const part = (type) => parts.find((one) => one.type === type).value;
  return `${part("year").padStart(4, "0")}-${part("month")}-${part("day")}`;
}

const text = (at) => new Date(at).toISOString().slice(0, 10);
const plus = (day, days) => text(Date.parse(day) + days * DAY);
const firstOf = (months) => text(Date.UTC(Math.floor(months / 12), months % 12, 1));

/** Return the first and the last day of a period of the calendar; weeks begin on Monday. */
function calendarDays(period, today) {
  if (period in NAMED) {
    const day = plus(today, NAMED[period]);
    return [day, day];
  }
  const [step, unit] = period.split(" ");
  if (unit === "week") {
    const monday = plus(today, STEPS[step] * 7 - ((new Date(today).getUTCDay() + 6) % 7));
    return [monday, plus(monday, 6)];
  }
  const months = MONTHS[unit];
  const [year, month] = today.split("-").map(Number);
  const since = year * 12 + month - 1;
  const first = since - (since % months) + STEPS[step] * months;
  return [firstOf(first), plus(firstOf(first + months), -1)];
}

/** Return both ends of a span as values that compare with `here`: days, or microseconds. */
function ends({ period, count, unit }, here) {
  const back = period === "last";
  if (typeof here === "string") {
    const there = plus(here, (back ? -1 : 1) * count * DAYS_OF[unit]);
    return back ? [there, here] : [here, there];
  }
  const long = BigInt(count) * SECONDS[unit] * 1000000n;
  return back ? [here - long, here] : [here, here + long];
}

/** Whether `value` (a day, or microseconds) falls in a span, seen from `clock`. */
export function within(span, type, value, clock) {
  const today = dayOf(clock.now, clock.zone);
  let [low, high] = [clock.now, clock.now];
  let asked = value;
  if (span.count) [low, high] = ends(span, type === "date" ? today : clock.now);
  else if (span.period !== "now") {
    [low, high] = calendarDays(span.period, today);
    // A moment lies in whole days where its own day does.
    if (type !== "date") asked = dayOf(value, clock.zone);
  }
  const [above, below] = [plain(asked, low), plain(asked, high)];
  switch (span.way) {
    case "in":
      return above >= 0 && below <= 0;
    case "before":
      return above < 0;
    case "since":
      return above >= 0;
    case "until":
      return below <= 0;
    default: // "after"
      return below > 0;
  }
}
