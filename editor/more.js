// What the source view needs once somebody types, or once something is wrong: completion, closing
// brackets, marks at their lines, searching. Fetched when the editor is first entered.
import { autocompletion, completionKeymap, closeBrackets, closeBracketsKeymap, startCompletion } from "@codemirror/autocomplete";
import { lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, openSearchPanel, search, searchKeymap } from "@codemirror/search";
import { Prec } from "@codemirror/state";
import { keymap } from "@codemirror/view";

export const extensions = (complete) => [
  closeBrackets(), autocompletion({ override: [complete], icons: false }), lintGutter(),
  search({ top: true }), highlightSelectionMatches(),
  Prec.high(keymap.of([...closeBracketsKeymap, ...completionKeymap, ...searchKeymap, ...lintKeymap])),
];

export function mark(view, found) {
  const most = view.state.doc.length; // what was typed meanwhile may have made the text shorter
  view.dispatch(setDiagnostics(view.state, found.filter((one) => one.to <= most)));
}

export const find = openSearchPanel;
export const suggest = startCompletion;
