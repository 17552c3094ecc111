// What stands beside and under the lines: numbers, the colour of the workload, what changed since
// it was applied, and where something is wrong.
import { setDiagnostics } from "@codemirror/lint";
import { RangeSet, StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, gutter, gutterLineClass, GutterMarker } from "@codemirror/view";

export const setMarks = StateEffect.define();
export const setProblems = StateEffect.define();

// Owners are stretches of lines with a letter, titles lines at which documents begin with what they
// are; changed and selected are lines, gone lines above which some were taken away. All lines from 1.
const none = { owners: [], titles: [], changed: new Set(), gone: new Set(), selected: null };
const marked = StateField.define({
  create: () => none,
  update(now, transaction) {
    for (const effect of transaction.effects) {
      if (effect.is(setMarks)) {
        const { owners, titles, changed, gone, selected } = effect.value;
        return { owners, titles, changed: new Set(changed), gone: new Set(gone), selected };
      }
    }
    return now;
  },
  provide: (field) => [
    EditorView.decorations.compute([field, "doc"], (state) => ring(state, state.field(field).selected)),
    gutterLineClass.compute([field, "doc"], (state) => ends(state, state.field(field).selected)),
  ],
});

// What the document is that begins at a line, or below the mark that stands there.
export function titleAt(state, number) {
  const { titles } = state.field(marked);
  return (titles.find(([line]) => line === number) ?? titles.find(([line]) => line === number + 1))?.[1] ?? "";
}

class Edge extends GutterMarker {
  constructor(name) {
    super();
    this.elementClass = name;
  }
}
const [top, bottom, both] = ["ln--first", "ln--last", "ln--first ln--last"].map((name) => new Edge(name));

// The ring's ends in the margin.
function ends(state, selected) {
  if (selected === null) return RangeSet.empty;
  const [first, end] = [Math.max(1, selected[0]), Math.min(state.doc.lines, selected[1])];
  if (first > end) return RangeSet.empty;
  const at = (line) => state.doc.line(line).from;
  return RangeSet.of(first === end ? [both.range(at(first))] : [top.range(at(first)), bottom.range(at(end))]);
}

// The selected object's ring around its lines.
function ring(state, selected) {
  if (selected === null) return Decoration.none;
  const [first, end] = [Math.max(1, selected[0]), Math.min(state.doc.lines, selected[1])];
  const lines = [];
  for (let at = first; at <= end; at += 1) {
    const edge = (at === first ? " ln--first" : "") + (at === end ? " ln--last" : "");
    lines.push(Decoration.line({ class: `ln--sel${edge}` }).range(state.doc.line(at).from));
  }
  return Decoration.set(lines);
}

const wrong = StateField.define({
  create: () => RangeSet.empty,
  update(now, transaction) {
    let next = now.map(transaction.changes);
    for (const effect of transaction.effects) if (effect.is(setProblems)) next = effect.value;
    return next;
  },
  provide: (field) => EditorView.decorations.from(field),
});

const isWrong = (state, from) => {
  let found = false;
  state.field(wrong).between(from, from, () => { found = true; return false; });
  return found;
};

class LineMarker extends GutterMarker {
  constructor(number, classes) {
    super();
    this.number = number;
    this.classes = classes;
  }

  eq(other) {
    return this.number === other.number && this.classes === other.classes;
  }

  get elementClass() {
    return this.classes;
  }

  toDOM() {
    return document.createTextNode(String(this.number));
  }
}

function marker(view, block) {
  const { number, from } = view.state.doc.lineAt(block.from);
  const { owners, changed, gone, selected } = view.state.field(marked);
  const owner = owners.find((one) => one.first <= number && number <= one.last);
  const classes = [
    owner && `ln--${owner.letter}`,
    changed.has(number) && "ln--changed",
    gone.has(number) && "ln--gone",
    number === view.state.doc.lines && gone.has(number + 1) && "ln--gone-below",
    isWrong(view.state, from) && "ln--err",
    selected !== null && selected[0] <= number && number <= selected[1] && "ln--sel",
  ];
  return new LineMarker(number, classes.filter(Boolean).join(" "));
}

export function marks() {
  return [
    marked,
    wrong,
    gutter({
      class: "cm-ln",
      lineMarker: marker,
      lineMarkerChange: (update) => update.startState.field(marked) !== update.state.field(marked)
        || update.startState.field(wrong) !== update.state.field(wrong),
      initialSpacer: () => new LineMarker(99, ""),
      updateSpacer(spacer, update) {
        const widest = Number("9".repeat(Math.max(2, String(update.state.doc.lines).length)));
        return widest === spacer.number ? spacer : new LineMarker(widest, "");
      },
    }),
  ];
}

// The transaction that shows what is wrong: squiggles with their tooltips, and tinted lines.
export function problems(state, found, hooks) {
  const length = state.doc.length;
  const shown = found.map((one) => ({
    from: Math.min(one.from, length),
    to: Math.min(Math.max(one.from, one.to), length),
    index: one.index,
    severity: one.severity,
    message: one.message,
    markClass: `squiggle squiggle--${one.severity}`,
    renderMessage: () => told(one),
    actions: one.fix ? [{ name: one.fix, apply: () => hooks().fix(one.index) }] : [],
  }));
  const lines = new Set(shown.filter((one) => one.severity === "error").map((one) => state.doc.lineAt(one.from).from));
  const tint = Decoration.line({ class: "ln--err" });
  const tinted = [...lines].sort((a, b) => a - b).map((at) => tint.range(at));
  const transaction = setDiagnostics(state, shown);
  return { effects: [...[transaction.effects].flat(), setProblems.of(Decoration.set(tinted))] };
}

function told(one) {
  const box = document.createElement("div");
  box.className = "tip__text";
  const head = box.appendChild(document.createElement("b"));
  head.textContent = one.title;
  const code = box.appendChild(document.createElement("span"));
  code.className = "code";
  code.textContent = one.code;
  // What stands between backticks is set as it is written in the text.
  const words = box.appendChild(document.createElement("p"));
  const parts = one.message.split("`");
  const isSet = parts.length % 2 === 1;
  (isSet ? parts : [one.message]).forEach((part, at) => {
    const piece = document.createElement("span");
    if (at % 2 === 1) piece.className = "mono";
    words.appendChild(piece).textContent = part;
  });
  return box;
}
