// CodeMirror for the source view: what is needed to read, to type and to see the colours. Keys beyond typing,
// undo and folding follow at once; completion, marks of what is wrong and searching when they are first
// needed. What it knows of documents comes from the server.
import { Compartment, EditorState } from "@codemirror/state";
import { drawSelection, EditorView, gutter, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers } from "@codemirror/view";
import { colours } from "./colours.js";

const look = EditorView.theme({
  "&": { height: "100%", fontSize: "13px", color: "var(--text)", backgroundColor: "var(--surface)" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.6" },
  ".cm-gutters": { backgroundColor: "var(--surface-2)", color: "var(--text-3)", borderRight: "1px solid var(--line)" },
  ".cm-gap": { width: "14px" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--hover)" },
  ".cm-cursor": { borderLeftColor: "var(--text)" },
  "&.cm-focused": { outline: "2px solid var(--focus)", outlineOffset: "-2px" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--accent-bg)" },
  ".cm-selectionMatch": { backgroundColor: "var(--amber-bg)" },
  ".cm-tooltip, .cm-panels": { backgroundColor: "var(--surface)", color: "var(--text)", border: "1px solid var(--line-2)" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--accent-bg)", color: "var(--accent-text)" },
  ".cm-completionDetail": { color: "var(--text-3)", fontStyle: "normal", marginLeft: "1em" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--red)" },
  ".cm-foldPlaceholder": { backgroundColor: "var(--gray-bg)", border: "0", color: "var(--text-2)" },
});

export function open({ root, parent, text, label, complete, changed, save, language }) {
  const [next, later] = [new Compartment(), new Compartment()];
  let more = null;
  let typed = false;
  const extend = (view) => (more ??= import("./more.js").then((found) => {
    view.dispatch({ effects: later.reconfigure(found.extensions(complete)) });
    if (typed) found.suggest(view); // what was typed meanwhile is answered, too
    return found;
  }));
  const extensions = [
    lineNumbers(), highlightActiveLineGutter(), drawSelection(), highlightActiveLine(), colours,
    next.of(gutter({ class: "cm-foldGutter cm-gap" })), later.of([]), // room for what folds: nothing jumps
    EditorView.domEventHandlers({ focus: (_event, view) => void extend(view) }),
    look, EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false" }),
    EditorState.phrases.of(language), EditorState.tabSize.of(2),
    keymap.of([{ key: "Mod-f", preventDefault: true, run: (view) => (extend(view).then((found) => found.find(view)), true) },
      { key: "Mod-s", preventDefault: true, run: () => (save(), true) }]),
    EditorView.updateListener.of((update) => {
      // What is added to the editor in between is nothing that anybody does.
      if (update.docChanged || update.selectionSet) typed = update.transactions.some((one) => one.isUserEvent("input"));
      if (update.docChanged) changed(update.state.doc.toString());
    }),
  ];
  const view = new EditorView({ root, parent, state: EditorState.create({ doc: text, extensions }) });
  view.scrollDOM.tabIndex = 0; // what scrolls can be reached by keys
  import("./editing.js").then((found) => view.dispatch({ effects: next.reconfigure(found.extensions) }));
  return {
    text: () => view.state.doc.toString(),
    put(fresh) {
      const old = view.state.doc.toString();
      if (old === fresh) return;
      let head = 0;
      while (head < old.length && old[head] === fresh[head]) head += 1;
      let tail = 0;
      while (tail < Math.min(old.length, fresh.length) - head && old.at(-1 - tail) === fresh.at(-1 - tail)) tail += 1;
      view.dispatch({ changes: { from: head, to: old.length - tail, insert: fresh.slice(head, fresh.length - tail) } });
    },
    mark(problems) {
      const found = problems.map(({ line, column, say, severity }) => {
        const row = view.state.doc.line(Math.max(1, Math.min(line, view.state.doc.lines)));
        const from = Math.min(row.from + column - 1, row.to);
        const word = /^[^\s,\[\]{}:]+/.exec(row.text.slice(from - row.from));
        return { from, to: Math.min(row.to, from + (word ? word[0].length : 1)), message: say, severity: severity === "warning" ? "warning" : "error" };
      });
      if (found.length || more) extend(view).then((one) => one.mark(view, found));
    },
    go(line, column) {
      const row = view.state.doc.line(Math.max(1, Math.min(line, view.state.doc.lines)));
      const at = Math.min(row.from + Math.max(0, column - 1), row.to);
      view.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: "center" }) });
      view.focus();
    },
  };
}
