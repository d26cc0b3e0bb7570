// Searching in the source view, with its panel and keys; fetched when somebody first searches.
import { highlightSelectionMatches, openSearchPanel, search, searchKeymap } from "@codemirror/search";
import { Prec, StateEffect } from "@codemirror/state";
import { keymap } from "@codemirror/view";

const known = new WeakSet();

export function find(view) {
  if (!known.has(view)) {
    known.add(view);
    const extensions = [search({ top: true }), highlightSelectionMatches(), Prec.highest(keymap.of(searchKeymap))];
    view.dispatch({ effects: StateEffect.appendConfig.of(extensions) });
  }
  openSearchPanel(view);
}
