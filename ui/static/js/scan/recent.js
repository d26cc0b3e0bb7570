// The list of moves on this device: what became of each.
import { isWaiting } from "./sender.js";
import { amount, grouped } from "./amounts.js";

const SHOWN = 20;
const LOOK = {
  queued: ["clock", ""],
  failed: ["triangle-alert", "amber"],
  posted: ["circle-check", "green"],
  held: ["hand", "violet"],
  refused: ["octagon-x", "red"],
};

/** Show the newest moves of the person, and how many wait. */
export function showRecent(config, moves, language) {
  const mine = moves.filter((move) => move.person === config.person.id);
  const list = document.getElementById("recent");
  const template = document.getElementById("move");
  list.replaceChildren(
    ...mine
      .slice(-SHOWN)
      .reverse()
      .map((move) => line(config, template, move, language)),
  );
  document.getElementById("moves").hidden = mine.length === 0;
  document.getElementById("send").hidden = !mine.some(isWaiting);
}

function line(config, template, move, language) {
  const row = template.content.cloneNode(true);
  const [sign, colour] = LOOK[move.state] || LOOK.queued;
  const use = row.querySelector("use");
  use.setAttribute("href", use.getAttribute("href").replace(/#.*$/, `#${sign}`));
  row.querySelector("b").textContent = `${move.what} · ${move.item} ${move.name}`.trim();
  const [meta, said] = row.querySelectorAll("p");
  meta.append(...facts(config, move, language));
  if (move.state !== "posted" && move.answer) said.textContent = (move.answer.say || []).join(" ");
  const badge = row.querySelector(".badge");
  badge.textContent = config.words[`state_${move.state}`];
  if (colour) badge.classList.add(colour);
  return row;
}

const short = (figure) => grouped(amount(figure) ?? figure ?? "");

function facts(config, move, language) {
  const time = new Date(move.at).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" });
  const parts = [time];
  const { answer } = move;
  if (answer?.code) {
    const link = document.createElement("a");
    link.href = config.record.replace(/-$/, answer.record);
    link.textContent = answer.code;
    parts.push(" · ", link);
  }
  if (answer?.after) parts.push(` · ${short(answer.before)} → ${short(answer.after)}`);
  return parts;
}
