// What the source view has as soon as its text stands there: keys, undo, folding, indents as YAML has them.
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, foldGutter, foldKeymap, foldService, indentService } from "@codemirror/language";
import { keymap } from "@codemirror/view";

const blanks = (text) => text.search(/[^ ]|$/);

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

export const extensions = [
  foldGutter(), history(), bracketMatching(), folding, indenting,
  keymap.of([...defaultKeymap, ...historyKeymap, ...foldKeymap]),
];
