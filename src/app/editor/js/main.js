// CodeMirror as the manifest's editor. It shows and edits text; what the text means it asks the
// page (the hooks), which asks the engine. Not a word of its own: every label is given to it.
import { acceptCompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab, isolateHistory } from "@codemirror/commands";
import { bracketMatching, foldAll, foldKeymap, unfoldAll } from "@codemirror/language";
import { forEachDiagnostic } from "@codemirror/lint";
import { highlightSelectionMatches, openSearchPanel, search, searchKeymap } from "@codemirror/search";
import { Annotation, Compartment, EditorSelection, EditorState, Prec } from "@codemirror/state";
import { closeHoverTooltips, EditorView, hasHoverTooltips, highlightSpecialChars, keymap } from "@codemirror/view";
import { answers, enter, explainHere } from "./answers.js";
import { marks, setMarks, setProblems, problems } from "./marks.js";
import { language } from "./language.js";

// A change that the page made itself, so that it is not told of it.
const told = Annotation.define();
const words = new Compartment();

// One editor at a time: the hooks of the one that is open, and what the last one left behind, so
// that a pane that was closed comes back with its history.
let hooks = null;
let kept = null;

// The page hears of each change at once; of a long text's only when the keys rest for a moment,
// for it takes the whole text with every change. Whatever asks about the text tells it first.
const LONG = 40_000;
const REST_MS = 60;
let waiting = null;

function tell(view) {
  if (waiting === null) return;
  clearTimeout(waiting);
  waiting = null;
  hooks.change(view.state.doc.toString());
  hooks.caret(view.state.selection.main.head);
}

function changed(view) {
  const isLong = view.state.doc.length > LONG;
  clearTimeout(waiting ?? undefined);
  waiting = setTimeout(() => tell(view), REST_MS);
  if (!isLong) tell(view);
}

// The browser itself puts a long text that is not pasted (dictated, dropped in by a tool) into the
// page line by line, which takes minutes; the editor takes it whole.
const WHOLE = 4_000;

function whole(event, view) {
  const text = event.inputType.startsWith("insert") ? event.data ?? event.dataTransfer?.getData("text/plain") : null;
  if (!text || text.length < WHOLE || view.composing) return false;
  event.preventDefault();
  view.dispatch(view.state.replaceSelection(text.replace(/\r\n?/g, "\n")), {
    userEvent: "input.paste",
    scrollIntoView: true,
  });
  return true;
}

function leave(view) {
  if (hasHoverTooltips(view.state)) {
    view.dispatch({ effects: closeHoverTooltips });
  } else {
    view.contentDOM.blur();
  }
  return true;
}

// The problem that was gone to last: several may be at one place, which alone does not tell them
// apart.
let visited = null;

// Goes to the next problem or the one before, round and round; the panel below the text tells it.
const jump = (by) => (view) => {
  tell(view);
  const found = [];
  forEachDiagnostic(view.state, ({ index }, from, to) => found.push({ from, to, index }));
  if (found.length === 0) return false;
  const here = view.state.selection.main;
  const after = (one) => one.from - here.from || one.to - here.to;
  if (by < 0) found.reverse();
  const atCaret = found.filter((one) => after(one) === 0);
  const last = atCaret.find((one) => one.index === visited) ?? atCaret[0];
  const next = last ? found[found.indexOf(last) + 1] : found.find((one) => after(one) * by > 0);
  const { from, to, index } = next ?? found[0];
  visited = index;
  const range = EditorSelection.range(from, to);
  view.dispatch({ selection: range, effects: EditorView.scrollIntoView(range, { y: "center" }) });
  hooks.problem(index);
  return true;
};

const ours = Prec.highest(keymap.of([
  { key: "Mod-Enter", run: (view) => (tell(view), hooks.apply(), true) },
  { key: "Mod-.", run: (view) => (tell(view), hooks.fix(-1), true) },
  { key: "Mod-i", run: explainHere(() => hooks, tell) },
  { key: "F8", run: jump(1), shift: jump(-1) },
  { key: "Enter", run: enter },
]));

function extensions() {
  return [
    ours,
    highlightSpecialChars(),
    history(),
    bracketMatching(),
    closeBrackets(),
    highlightSelectionMatches({ minSelectionLength: 2 }),
    search({ top: true }),
    EditorState.tabSize.of(2),
    marks(),
    language(),
    answers(() => hooks, tell),
    keymap.of([
      { key: "Tab", run: acceptCompletion },
      ...closeBracketsKeymap,
      ...completionKeymap,
      ...searchKeymap,
      ...historyKeymap,
      ...foldKeymap,
      ...defaultKeymap.filter((one) => one.key !== "Escape" && one.key !== "Mod-i"),
      indentWithTab,
      { key: "Escape", run: leave },
    ]),
    words.of([]),
    EditorView.domEventHandlers({
      // Files are the page's to read; a text that is dragged is the editor's own.
      drop: (event) => (event.dataTransfer?.files.length ?? 0) > 0,
      beforeinput: whole,
    }),
    EditorView.updateListener.of((update) => {
      if (update.docChanged && !update.transactions.every((one) => one.annotation(told))) {
        changed(update.view);
      }
      if ((update.selectionSet || update.docChanged) && waiting === null) hooks.caret(update.state.selection.main.head);
    }),
  ];
}

function spoken({ label, hint, phrases }) {
  return [
    EditorState.phrases.of(phrases),
    EditorView.contentAttributes.of({
      id: "manifest", tabindex: "0", "aria-label": label, "aria-describedby": hint, spellcheck: "false",
      autocapitalize: "off", autocorrect: "off", translate: "no",
    }),
  ];
}

// The one change between two texts: what lies between their common beginning and end.
function between(before, after) {
  let from = 0;
  const shorter = Math.min(before.length, after.length);
  while (from < shorter && before.charCodeAt(from) === after.charCodeAt(from)) from += 1;
  let tail = 0;
  while (tail < shorter - from
    && before.charCodeAt(before.length - 1 - tail) === after.charCodeAt(after.length - 1 - tail)) tail += 1;
  return { from, to: before.length - tail, insert: after.slice(from, after.length - tail) };
}

class Handle {
  constructor(view) {
    this.view = view;
  }

  text() {
    tell(this.view);
    return this.view.state.doc.toString();
  }

  // Another text from outside; it can be undone as one step.
  replace(text) {
    // What was typed and not told yet counts more than what the page made of the text before it.
    if (waiting !== null) return tell(this.view);
    const change = between(this.view.state.doc.toString(), text);
    if (change.from === change.to && change.insert === "") return;
    this.view.dispatch({
      changes: change,
      annotations: [told.of(true), isolateHistory.of("full")],
      userEvent: "input.replace",
    });
  }

  // Edits as if they had been typed, in places of the text as it is.
  edit(edits) {
    tell(this.view);
    this.view.dispatch({
      changes: edits,
      annotations: isolateHistory.of("full"),
      userEvent: "input.fix",
    });
  }

  speak(said) {
    this.view.dispatch({ effects: words.reconfigure(spoken(said)) });
  }

  mark(what) {
    this.view.dispatch({ effects: setMarks.of(what) });
  }

  problems(found) {
    this.view.dispatch(problems(this.view.state, found, () => hooks));
  }

  select(from, to) {
    const length = this.view.state.doc.length;
    const range = EditorSelection.range(Math.min(from, length), Math.min(to, length));
    this.view.dispatch({
      selection: range,
      effects: EditorView.scrollIntoView(range, { y: "center", x: "nearest" }),
    });
    this.view.focus();
  }

  focus() {
    this.view.focus();
  }

  run(name) {
    const commands = { search: openSearchPanel, foldAll, unfoldAll };
    commands[name](this.view);
    if (name !== "search") this.view.focus();
  }

  close() {
    tell(this.view);
    kept = { state: this.view.state, scroll: this.view.scrollSnapshot() };
    this.view.destroy();
  }
}

// Opens an editor in an element. `start` is where the caret and the scrolling were before. A text
// that came while no editor was open is one step more of the history.
export function open(parent, text, said, given, start) {
  hooks = given;
  const goesOn = kept !== null && kept.state.doc.toString() === text;
  const state = kept?.state ?? EditorState.create({ doc: text, extensions: extensions() });
  const view = new EditorView({ parent, state, scrollTo: goesOn ? kept.scroll : undefined });
  const isOther = kept !== null && !goesOn;
  kept = null;
  const handle = new Handle(view);
  handle.speak(said);
  if (isOther) {
    handle.replace(text);
    view.dispatch({ selection: { anchor: 0 } });
  }
  if (handle.text() !== text) hooks.change(handle.text());
  view.contentDOM.addEventListener("blur", () => tell(view));
  if (start !== null) {
    const [from, to] = start.selection.map((at) => Math.min(at, view.state.doc.length));
    view.dispatch({ selection: { anchor: from, head: to } });
    view.scrollDOM.scrollTop = start.top;
    view.scrollDOM.scrollLeft = start.left;
    if (start.focused) view.focus();
  }
  // Anything that fills in text fields finds this one's value where it expects it.
  Object.defineProperty(view.contentDOM, "value", {
    get: () => handle.text(),
    set: (next) => view.dispatch({ changes: between(handle.text(), String(next)), userEvent: "input" }),
  });
  return handle;
}
