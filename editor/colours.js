// The colours of YAML, line by line as far as one sees. A whole language with its tree comes after the
// text can be read and typed; for colours a line and how the one before it ended are enough.
import { EditorState, RangeSetBuilder } from "@codemirror/state";
import { Decoration, EditorView, ViewPlugin } from "@codemirror/view";

const blanks = (text) => text.search(/[^ ]|$/);
const START = { flow: 0, quote: "", text: -1 };
const KINDS = { key: "--accent-text", text: "--text", value: "--violet-text", note: "--text-3", sign: "--text-2" };

const NUMBER = /^[-+]?(\d[\d_]*)?\.?\d+([eE][-+]?\d+)?$/;
// Within brackets a comma or a bracket ends a word, elsewhere only a comment does.
const [IN_FLOW, PLAIN] = [/(?:[^\s,[\]{}#:]|:(?!\s|$)|#|\s(?![#\s,\]}]))+/y, /(?:[^\s#]|\s+(?!#|\s|$)|#)+/y];
const [SIGN, BLOCK, KEY] = [/(,|-(?=\s|$)|:(?=\s|$))/y, /[|>][-+\d]*\s*$/y, /[^\s,[\]{}#"'][^,[\]{}#"':]*(?=:(\s|$))/y];

function matched(rule, text, at) {
  rule.lastIndex = at;
  return rule.exec(text)?.[0].length ?? 0;
}

function quoted(text, at, state) {
  let end = at;
  state.quote ||= text[end++];
  while (end < text.length) {
    const sign = text[end++];
    if (sign === "\\" && state.quote === '"') end += 1;
    else if (sign === state.quote) {
      state.quote = "";
      return [Math.min(end, text.length), /^\s*:(\s|$)/.test(text.slice(end)) ? "key" : "text"];
    }
  }
  return [text.length, "text"];
}

// The end of the word at a place of a line, and what it is.
function word(text, at, state) {
  const sign = text[at];
  if (state.quote || sign === '"' || sign === "'") return quoted(text, at, state);
  if (sign === "#" && (at === 0 || /\s/.test(text[at - 1]))) return [text.length, "note"];
  if ("[{]}".includes(sign)) {
    state.flow = Math.max(0, state.flow + ("[{".includes(sign) ? 1 : -1));
    return [at + 1, "sign"];
  }
  let long = matched(SIGN, text, at);
  if (long) return [at + long, "sign"];
  long = matched(BLOCK, text, at);
  if (long) {
    state.text = blanks(text);
    return [at + long, "value"];
  }
  long = matched(KEY, text, at);
  if (long) return [at + long, "key"];
  long = matched(state.flow ? IN_FLOW : PLAIN, text, at) || 1;
  const said = text.slice(at, at + long).trim();
  return [at + long, NUMBER.test(said) || /^(true|false|null|~)$/.test(said) ? "value" : "text"];
}

// Tells the words of a line; returns how the next one begins.
export function words(text, before, tell = () => {}) {
  if (before.text >= 0 && (blanks(text) > before.text || !text.trim())) {
    if (text) tell(0, text.length, "text");
    return before;
  }
  const state = { ...before, text: -1 };
  let at = 0;
  while (at < text.length) {
    if (/\s/.test(text[at])) {
      at += 1;
      continue;
    }
    const [end, kind] = word(text, at, state);
    tell(at, end, kind);
    at = end;
  }
  return state;
}

const marks = Object.fromEntries(Object.keys(KINDS).map((kind) => [kind, Decoration.mark({ class: `say-${kind}` })]));

class Colours {
  constructor(view) {
    this.begins = [START]; // how each line begins, as far as somebody has looked
    this.decorations = this.drawn(view);
  }
  update(update) {
    if (update.docChanged) {
      let first = this.begins.length;
      update.changes.iterChangedRanges((_from, _to, from) => (first = Math.min(first, update.state.doc.lineAt(from).number)));
      this.begins.length = first;
    }
    if (update.docChanged || update.viewportChanged) this.decorations = this.drawn(update.view);
  }
  drawn(view) {
    const { doc } = view.state;
    const made = new RangeSetBuilder();
    let done = 0;
    for (const { from, to } of view.visibleRanges)
      for (let number = Math.max(done + 1, doc.lineAt(from).number); number <= doc.lines && doc.line(number).from <= to; number += 1) {
        const row = doc.line((done = number));
        words(row.text, this.before(doc, number), (start, end, kind) => made.add(row.from + start, row.from + end, marks[kind]));
      }
    return made.finish();
  }
  before(doc, number) {
    for (let at = this.begins.length; at < number; at += 1) this.begins.push(words(doc.line(at).text, this.begins[at - 1]));
    return this.begins[number - 1];
  }
}

export const colours = [
  ViewPlugin.fromClass(Colours, { decorations: (one) => one.decorations }),
  EditorView.theme(Object.fromEntries(Object.entries(KINDS).map(([kind, name]) => [`.say-${kind}`, { color: `var(${name})` }]))),
  EditorState.languageData.of(() => [{ commentTokens: { line: "#" }, closeBrackets: { brackets: ["[", "{", '"', "'"] } }]),
];
