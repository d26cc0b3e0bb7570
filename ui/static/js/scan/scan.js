// The page to scan with. Everything that is confirmed is written down on the device first and told
// to the server then, so that neither a lost connection nor a flat battery loses a move.
import { amount, grouped, minus, places, plus, sign } from "./amounts.js";
import { Board, filled } from "./board.js";
import { Camera } from "./camera.js";
import { ClientCamera } from "./client.js";
import { heard, taken, wrong } from "./feedback.js";
import { deviceName, newKey } from "./ids.js";
import { readLabel } from "./labels.js";
import { showRecent } from "./recent.js";
import { Sender, ask, isWaiting } from "./sender.js";
import { Shelf } from "./shelf.js";
import { Card } from "./card.js";
import { listenForScanner } from "./wedge.js";

const config = JSON.parse(document.getElementById("config").textContent);
const { fields, words } = config;
const language = document.documentElement.lang;
const form = document.getElementById("scan");
const $ = (id) => document.getElementById(id);
const code = $("code");
const qty = $("amount");
const FRESH = 5 * 60 * 1000; // what is carried is fetched anew after so long
const QUICK = 2500; // milliseconds that a look at one item may take
const WAITED = 8000; // milliseconds that a person waits for an answer

const shelf = new Shelf(config.page);
const board = new Board(config);
const card = new Card(words);
const state = { read: null, item: null, live: false, last: null, waiting: [], others: [], online: true, busy: null };
const sender = new Sender({ config, shelf, device: deviceName(), changed: lineChanged, answered });

// ---- what stands in the controls

const act = () => config.acts.find((one) => one.id === form.elements[fields.act]?.value) || null;
const effect = () => (config.acts.length ? (act()?.effect ?? "add") : "add");
const place = () => Object.fromEntries(fields.places.map((name) => [name, form.elements[name].value]));
const placed = () => Object.values(place()).every(Boolean);
const placeKey = () => JSON.stringify(Object.values(place()));
const time = (at) => new Date(at).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" });

function values() {
  const found = { [fields.item]: state.item?.key ?? state.read?.code ?? "", ...place() };
  if (fields.act) found[fields.act] = act()?.id ?? "";
  found[fields.amount] = amount(qty.value) ?? "";
  for (const name of fields.asked) found[name] = form.elements[name].value.trim();
  for (const [name, value] of Object.entries(state.read || {})) {
    if (name !== "code" && name !== fields.amount && !fields.asked.includes(name)) found[name] = value;
  }
  if (fields.scanned) found[fields.scanned] = code.value.trim();
  return Object.fromEntries(Object.entries(found).map(([name, value]) => [name, value === "" ? null : value]));
}

const here = () => state.waiting.filter((move) => move.place === placeKey());

// ---- what is shown

function refresh() {
  const { item } = state;
  const before = item ? board.expected(item.key, here()) : null;
  const number = amount(qty.value);
  const after = before !== null && number !== null ? board.after(before, effect(), number) : null;
  card.show(item, before, state.live ? "" : board.carried ? board.carried.at : "", (at) =>
    filled(words.stale, { time: time(at) }),
  );
  const facts = values();
  const said = item && number !== null ? board.judge(facts, item, before, after) : [];
  const hard = said.find((one) => one.hard);
  tell(hard || said[0]);
  $("insist").hidden = !(hard && !state.online);
  $("confirm").disabled = Boolean(hard) || state.busy !== null;
  $("confirm").querySelector("span").textContent = label(number);
  return { hard, ready: Boolean(state.read) && number !== null && placed() };
}

function label(number) {
  const chosen = act();
  if (!chosen || number === null || !state.read) return chosen ? chosen.label : words.confirm;
  const sentence = chosen.effect === "set" ? words.confirm_set : words.confirm_act;
  return filled(sentence, { act: chosen.label, qty: grouped(number), unit: state.item?.unit || " " }).trim();
}

function tell(rule) {
  const why = $("why");
  why.hidden = !rule;
  why.className = rule && !rule.hard ? "why soft" : "why";
  why.textContent = rule ? rule.say : "";
}

function say(colour, sentence) {
  const said = $("said");
  said.hidden = !sentence;
  said.className = `note ${colour}`;
  said.textContent = sentence;
}

function lineChanged(line) {
  state.online = line === "online";
  if (line === "signed-out") say("amber", words.sign_in);
  showLine();
  refresh();
}

function showLine() {
  const badge = $("net");
  const waiting = state.waiting.length;
  badge.hidden = false;
  badge.className = state.online && !waiting ? "badge green" : state.online ? "badge blue" : "badge amber";
  const line = state.online ? words.online : words.offline;
  badge.textContent = waiting ? `${line} · ${filled(words.waiting, { n: waiting })}` : line;
}

async function looked() {
  const moves = await shelf.moves();
  state.waiting = moves.filter((move) => isWaiting(move) && move.person === config.person.id);
  state.others = moves.filter((move) => isWaiting(move) && move.person !== config.person.id);
  showRecent(config, moves, language);
  const others = $("others");
  others.hidden = state.others.length === 0;
  if (state.others.length) {
    others.textContent = filled(words.other_person, { n: state.others.length, name: state.others[0].name_of });
  }
  showLine();
  refresh();
}

// ---- a code was read

async function scanned(text) {
  const read = readLabel(text, config.label, config.gs1);
  if (!read.code) return;
  heard();
  say("", "");
  const last = state.read ? state : state.last;
  const same = last?.item && last.read.code === read.code;
  code.value = text;
  if (document.activeElement === code) code.select(); // the next scan takes its place
  if (same) return again(read, last);
  Object.assign(state, { read, item: null, live: false, last: null });
  for (const [name, value] of Object.entries(read)) {
    const control = name === fields.amount ? qty : fields.asked.includes(name) ? form.elements[name] : null;
    if (control) control.value = value;
  }
  if (!read[fields.amount]) qty.value = effect() === "set" ? "" : "1";
  const known = board.called(read.code);
  if (known.length === 1) [state.item] = known;
  refresh();
  await lookUp(read, known.length);
  return undefined;
}

/** The same code once more counts one more of it, or as many as its label says. */
function again(read, { item, live }) {
  Object.assign(state, { read, item, live, last: null });
  qty.value = plus(amount(qty.value) ?? "0", amount(read[fields.amount]) ?? "1");
  refresh();
}

async function lookUp(read, known) {
  const query = new URLSearchParams({ code: read.code, ...place() });
  try {
    if (!state.online && !navigator.onLine) throw new Error("offline");
    const found = await ask(`${config.addresses.find}?${query}`, {}, QUICK);
    if (state.read !== read) return; // another code was read meanwhile
    state.online = true;
    if (found.count === 1) {
      [state.item] = found.items;
      state.live = true;
      board.learn(state.item);
    } else missing(found.count ? words.several : words.unknown, read, found.count);
  } catch {
    if (state.read === read && known !== 1) missing(known ? words.several : words.unknown_offline, read, known);
  }
  if (state.read === read) refresh();
}

function missing(sentence, read, count) {
  state.item = null;
  if (sentence !== words.unknown_offline) state.read = null;
  wrong();
  say(sentence === words.unknown_offline ? "amber" : "red", filled(sentence, { code: read.code, n: count }));
}

// ---- a move is confirmed

async function confirm(insisted = false) {
  if (state.busy) return;
  const { hard, ready } = refresh();
  if (!ready || (hard && !insisted)) {
    wrong();
    const number = amount(qty.value);
    if (!hard) say("red", !state.read ? words.no_item : !placed() ? words.no_place : number === null ? words.no_amount : "");
    return;
  }
  const move = await shelf.add(written(insisted));
  await looked();
  await answerOf(move);
}

function written(insisted) {
  const found = values();
  const at = new Date(Date.now() + sender.offset).toISOString();
  if (fields.moment) found[fields.moment] = at;
  return {
    key: newKey(),
    person: config.person.id,
    name_of: config.person.name,
    values: found,
    state: "queued",
    fresh: state.online && !insisted,
    place: placeKey(),
    item: found[fields.item],
    name: state.item?.name || "",
    effect: effect(),
    amount: found[fields.amount],
    what: label(found[fields.amount]),
    at,
  };
}

/** Wait a little for the answer; without one the move stays on the device and work goes on. */
async function answerOf(move) {
  $("confirm").setAttribute("aria-busy", "true");
  const answer = await new Promise((resolve) => {
    state.busy = { move, resolve };
    refresh();
    setTimeout(() => resolve(null), move.fresh ? WAITED : 0);
    if (move.fresh) sender.now().then(() => setTimeout(() => resolve(null), 0));
  });
  state.busy = null;
  $("confirm").removeAttribute("aria-busy");
  if (answer?.outcome === "refused") {
    wrong();
    say("red", filled(words.refused, { what: answer.say.join(" ") }));
    await looked();
    return;
  }
  if (answer === null) await outOfReach(move);
  else if (answer.outcome === "held") say("violet", filled(words.held, { what: move.what }));
  else say("green", filled(words.posted, { what: `${move.what} · ${move.item}`, after: grouped(amount(answer.after) ?? "") }));
  taken();
  cleared();
  await looked();
}

async function outOfReach(move) {
  const kept = (await shelf.moves()).find((one) => one.number === move.number);
  if (kept && isWaiting(kept)) await shelf.put({ ...kept, fresh: false });
  say("amber", filled(words.kept, { what: `${move.what} · ${move.item}` }));
  sender.now();
}

function answered(move, answer) {
  if (move.place === placeKey()) board.settle(move.item, answer.after);
  if (state.busy && state.busy.move.key === move.key) state.busy.resolve(answer);
  else looked();
}

function cleared() {
  Object.assign(state, { read: null, item: null, live: false, last: null });
  code.value = "";
  qty.value = "";
  for (const name of fields.asked) if (!fields.stays.includes(name)) form.elements[name].value = "";
  code.focus({ preventScroll: true });
}

// ---- what is carried along

async function carry(forced) {
  if (!placed()) return;
  const word = `place:${placeKey()}`;
  const kept = await shelf.kept(word);
  if (kept && kept.place === placeKey()) board.load(kept);
  else board.load(null);
  showCarried();
  if (!forced && kept && Date.now() - kept.fetched < FRESH) return;
  try {
    const told = await ask(`${config.addresses.carry}?${new URLSearchParams(place())}`, {}, 30000);
    const carried = { ...told, fetched: Date.now(), place: placeKey() };
    await shelf.keep(word, carried);
    if (word === `place:${placeKey()}`) board.load(carried);
    showCarried();
  } catch {
    if (board.carried) note(filled(words.carry_failed, { time: time(board.carried.at) }));
  }
  refresh();
}

function showCarried() {
  const carried = board.carried;
  note(
    carried
      ? filled(words.carried, { n: grouped(String(board.items.size)), total: grouped(String(carried.total)), time: time(carried.at) })
      : words.not_carried,
  );
}

function note(sentence) {
  $("carried").hidden = false;
  $("carried").textContent = sentence;
}

// ---- hands on the controls

function step(by) {
  const number = amount(qty.value) ?? "0";
  const next = by > 0 ? plus(number, "1") : minus(number, "1");
  if (sign(next) >= 0 && places(next) <= config.scale) qty.value = next;
  refresh();
}

async function toggleCamera(camera) {
  const button = $("camera");
  if (camera.open) camera.stop();
  else {
    try {
      await camera.start();
    } catch (error) {
      camera.stop();
      say("red", filled(words.no_camera, { why: error.message || error.name }));
    }
  }
  button.setAttribute("aria-pressed", String(camera.open));
}

function handsOn() {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    confirm();
  });
  code.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    if (code.value.trim()) scanned(code.value.trim());
  });
  code.addEventListener("change", () => code.value.trim() && !state.read && scanned(code.value.trim()));
  code.addEventListener("input", () => {
    if (state.read) state.last = { read: state.read, item: state.item, live: state.live };
    Object.assign(state, { read: null, item: null });
    refresh();
  });
  code.addEventListener("focus", () => code.select());
  qty.addEventListener("input", refresh);
  qty.addEventListener("focus", () => qty.select());
  for (const name of fields.asked) form.elements[name].addEventListener("input", refresh);
  for (const one of form.querySelectorAll(".acts input")) one.addEventListener("change", refresh);
  for (const one of form.querySelectorAll("[data-place]")) one.addEventListener("change", moved);
  $("less").addEventListener("click", () => step(-1));
  $("more").addEventListener("click", () => step(1));
  $("insist").addEventListener("click", () => confirm(true));
  $("send").addEventListener("click", () => sender.now());
  listenForScanner(code, scanned);
}

function moved() {
  localStorage.setItem(`seamline-place-${config.page}`, JSON.stringify(place()));
  Object.assign(state, { read: null, item: null, last: null });
  code.value = "";
  carry(false);
}

function devices() {
  const camera = config.client
    ? new ClientCamera({ client: config.client, scanned })
    : new Camera({ finder: $("finder"), video: $("video"), torch: $("torch"), addresses: config.camera, scanned });
  if (config.client || navigator.mediaDevices?.getUserMedia) {
    $("camera").hidden = false;
    $("camera").addEventListener("click", () => toggleCamera(camera));
  }
  // A hand-held's own keyboard covers half the page: it comes up only where it is asked for.
  if (matchMedia("(pointer: coarse)").matches) {
    const keys = $("keys");
    code.inputMode = "none";
    keys.hidden = false;
    keys.addEventListener("click", () => {
      const shown = code.inputMode === "none";
      code.inputMode = shown ? "text" : "none";
      keys.setAttribute("aria-pressed", String(shown));
      code.focus();
    });
  }
  if (!window.isSecureContext) {
    $("insecure").hidden = false;
    $("insecure").textContent = words.insecure;
  } else navigator.serviceWorker?.register(config.addresses.worker, { scope: config.scope }).catch(() => {});
}

function lastPlace() {
  const kept = JSON.parse(localStorage.getItem(`seamline-place-${config.page}`) || "{}");
  for (const name of fields.places) {
    const control = form.elements[name];
    if (!control.value && [...control.options].some((one) => one.value === kept[name])) control.value = kept[name];
  }
}

async function begin() {
  lastPlace();
  handsOn();
  devices();
  // Whoever closed the page did not wait for the answer: what was under way has happened.
  for (const move of await shelf.moves()) if (move.fresh) await shelf.put({ ...move, fresh: false });
  await carry(false);
  await looked();
  form.dataset.ready = "true";
  if (code.value.trim()) await scanned(code.value.trim());
  await sender.now();
}

begin();
