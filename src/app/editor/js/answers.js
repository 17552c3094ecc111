// Completion and hover: the page answers, this shows.
import {
  autocompletion, closeCompletion, completionStatus, currentCompletions, selectedCompletionIndex, startCompletion,
} from "@codemirror/autocomplete";
import { insertNewlineAndIndent } from "@codemirror/commands";
import { EditorView, hoverTooltip, activateHover } from "@codemirror/view";

function element(tag, name, text) {
  const one = document.createElement(tag);
  one.className = name;
  if (text !== undefined) one.textContent = text;
  return one;
}

// What parts words for ears where lines and columns do for eyes.
const pause = (mark) => element("span", "sr", mark);

function about(told) {
  const box = element("div", "tip");
  const head = box.appendChild(element("div", "tip__head"));
  head.append(element("b", "mono", told.title));
  if (told.type) head.append(pause(", "), element("span", "tip__type", told.type));
  head.append(pause(". "));
  if (told.about) box.appendChild(element("p", "tip__text", told.about)).append(pause(" "));
  for (const row of told.rows ?? []) {
    const line = box.appendChild(element("p", "tip__row"));
    line.append(element("span", "dim", row.name));
    // A full-width colon brings its own space.
    if (row.value) line.append(row.name.endsWith("：") ? "" : " ", element("span", "mono", row.value));
    line.append(pause(". "));
  }
  return box;
}

function option(one, tail) {
  const insert = one.apply ?? one.label;
  return {
    insert,
    label: one.label,
    detail: one.detail,
    type: one.kind,
    boost: one.boost ?? 0,
    again: one.again ?? false,
    info: one.about || one.rows?.length ? () => about({ title: one.label, type: one.type ?? "", ...one }) : undefined,
    apply(view, completion, from, to) {
      view.dispatch({
        changes: { from, to: to + tail, insert },
        selection: { anchor: from + insert.length - (one.back ?? 0) },
        userEvent: "input.complete",
      });
      if (one.again) setTimeout(() => startCompletion(view), 0);
    },
  };
}

// Enter after a word that is typed whole is a new line: the list has nothing to add to it, unless
// the reader chose something else there.
export function enter(view) {
  const { state } = view;
  if (completionStatus(state) !== "active" || selectedCompletionIndex(state)) return false;
  const { head } = state.selection.main;
  const isWhole = ({ insert }) => state.sliceDoc(Math.max(0, head - insert.length), head) === insert;
  if (!currentCompletions(state).some(isWhole)) return false;
  closeCompletion(view);
  return insertNewlineAndIndent(view);
}

const explainer = (hooks, tell) => hoverTooltip((view, at) => {
  tell(view);
  const answer = hooks().hover(at);
  if (!answer) return null;
  const told = JSON.parse(answer);
  return {
    pos: told.from,
    end: told.to,
    above: true,
    create: () => ({ dom: about(told) }),
  };
}, { hoverTime: 350, hideOnChange: true });

// The same words at the caret, for whoever has no pointer: shown, and said.
export function explainHere(hooks, tell) {
  return (view) => {
    tell(view);
    const at = view.state.selection.main.head;
    activateHover(view, at, 1, { until: (change) => change.docChanged || change.selection });
    const answer = hooks().hover(at);
    if (answer) view.dispatch({ effects: EditorView.announce.of(about(JSON.parse(answer)).innerText) });
    return true;
  };
}

// The card on a suggestion: beside the list where there is room, else below or above the whole of
// it, so that the list can be read on.
const GAP = 4;

function beside(view, list, option, info, space) {
  const [left, right] = [list.left - space.left, space.right - list.right];
  const width = info.right - info.left;
  const height = info.bottom - info.top;
  if (width + GAP <= Math.max(left, right)) {
    const top = Math.max(space.top, Math.min(option.top, space.bottom - height)) - list.top;
    const isLeft = width + GAP > right;
    return { style: `top: ${top}px`, class: `cm-completionInfo-${isLeft ? "left" : "right"}` };
  }
  const [above, below] = [list.top - space.top, space.bottom - list.bottom];
  const isBelow = below >= height + GAP || below >= above;
  const most = Math.min(300, space.right - space.left - 2 * GAP);
  const shift = Math.min(0, space.right - GAP - most - list.left);
  const edge = isBelow ? "top" : "bottom";
  return {
    style: `${edge}: ${list.bottom - list.top + GAP}px; left: ${shift}px; max-width: ${most}px`,
    class: "cm-completionInfo-apart",
  };
}

// A list that scrolls is reached by keys, and by whoever reads it line by line.
const reachable = EditorView.updateListener.of(({ view, state }) => {
  if (completionStatus(state) !== "active") return;
  view.requestMeasure({
    read: () => view.dom.querySelector(".cm-tooltip-autocomplete > ul:not([tabindex])"),
    write: (list) => list?.setAttribute("tabindex", "0"),
    key: reachable,
  });
});

export function answers(hooks, tell) {
  return [
    explainer(hooks, tell),
    reachable,
    autocompletion({
      icons: false,
      positionInfo: beside,
      maxRenderedOptions: 60,
      interactionDelay: 50,
      // Between the label and what stands at the other end of its line.
      addToOptions: [{ render: (one) => (one.detail ? pause(", ") : null), position: 60 }],
      optionClass: (one) => `cm-opt--${one.type ?? "field"}`,
      override: [(context) => {
        if (context.view) tell(context.view);
        const answer = hooks().complete(context.pos, context.explicit);
        if (!answer) return null;
        const { from, to, tail, options } = JSON.parse(answer);
        return { from, to, options: options.map((one) => option(one, tail)), validFor: /^[\w./:-]*$/ };
      }],
    }),
  ];
}
