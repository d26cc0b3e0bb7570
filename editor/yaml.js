// YAML as the source view colours, folds and indents it. The server reads documents and says what is wrong;
// a whole parser would be a third of what the editor weighs.
import { foldService, indentService, StreamLanguage } from "@codemirror/language";

const blanks = (text) => /^ */.exec(text)[0].length;

function word(stream, state) {
  // Within brackets a comma or a bracket ends a word, elsewhere only a comment does.
  stream.match(state.flow ? /^(?:[^\s,[\]{}#:]|:(?!\s|$)|#|\s(?![#\s,\]}]))+/ : /^(?:[^\s#]|\s+(?!#|\s|$)|#)+/) || stream.next();
  const said = stream.current().trim();
  if (/^[-+]?(\d[\d_]*)?\.?\d+([eE][-+]?\d+)?$/.test(said)) return "number";
  return /^(true|false|null|~)$/.test(said) ? "atom" : "string";
}

function token(stream, state) {
  if (stream.sol()) {
    if (state.text >= 0 && (blanks(stream.string) > state.text || !stream.string.trim())) return stream.skipToEnd(), "string";
    state.text = -1;
  }
  if (stream.eatSpace()) return null;
  if (state.quote || stream.match(/^["']/, false)) {
    state.quote ||= stream.next();
    while (!stream.eol()) {
      const sign = stream.next();
      if (sign === "\\" && state.quote === '"') stream.next();
      else if (sign === state.quote) {
        state.quote = "";
        return stream.match(/^\s*:(\s|$)/, false) ? "propertyName" : "string";
      }
    }
    return "string";
  }
  const sign = stream.peek();
  if (sign === "#" && (stream.pos === 0 || /\s/.test(stream.string[stream.pos - 1]))) return stream.skipToEnd(), "comment";
  if ("[{".includes(sign)) return (state.flow += 1), stream.next(), "bracket";
  if ("]}".includes(sign)) return (state.flow = Math.max(0, state.flow - 1)), stream.next(), "bracket";
  if (stream.match(/^(,|-(?=\s|$)|:(?=\s|$))/)) return "punctuation";
  if (stream.match(/^[|>][-+\d]*\s*$/)) return (state.text = blanks(stream.string)), "keyword";
  if (stream.match(/^[^\s,[\]{}#"'][^,[\]{}#"':]*(?=:(\s|$))/)) return "propertyName";
  return word(stream, state);
}

const language = StreamLanguage.define({
  name: "yaml",
  startState: () => ({ flow: 0, quote: "", text: -1 }),
  copyState: (state) => ({ ...state }),
  token,
  languageData: { commentTokens: { line: "#" }, closeBrackets: { brackets: ["[", "{", '"', "'"] } },
});

// What stands deeper than a line belongs to it.
const folding = foldService.of((state, from) => {
  const line = state.doc.lineAt(from);
  if (!line.text.trim()) return null;
  let end = line;
  for (let number = line.number + 1; number <= state.doc.lines; number += 1) {
    const next = state.doc.line(number);
    if (!next.text.trim()) continue;
    if (blanks(next.text) <= blanks(line.text)) break;
    end = next;
  }
  return end === line ? null : { from: line.to, to: end.to };
});

const indenting = indentService.of((context, at) => {
  const line = context.lineAt(at, -1);
  const before = line.from < at ? line.text.slice(0, at - line.from) : line.text;
  if (!before.trim() && line.from > 0) return blanks(context.state.doc.lineAt(line.from - 1).text);
  const deeper = /(^|\s)[^#]*:\s*$/.test(before) || /^\s*- [^#]*:/.test(before);
  return blanks(before) + (deeper ? 2 : 0);
});

export const yaml = () => [language, folding, indenting];
