// YAML: colours by the style sheet's classes, folding of documents and blocks, indentation.
import { codeFolding, foldGutter, foldService, HighlightStyle, indentService, indentUnit, syntaxHighlighting, syntaxTree } from "@codemirror/language";
import { yaml } from "@codemirror/lang-yaml";
import { Decoration, ViewPlugin } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { titleAt } from "./marks.js";

const classes = HighlightStyle.define([
  { tag: tags.definition(tags.propertyName), class: "y-k" },
  { tag: [tags.content, tags.string], class: "y-s" },
  { tag: tags.lineComment, class: "y-c" },
  { tag: [tags.meta, tags.labelName, tags.typeName], class: "y-m" },
]);

// The grammar has one word for every scalar; numbers and words of truth are told apart here, for
// the lines in sight only.
const isNumber = /^[-+]?(\d[\d_]*(\.\d+)?([eE][-+]?\d+)?|0x[\da-fA-F]+|0o?[0-7]+|true|false|null|~)$/;
const number = Decoration.mark({ class: "y-n" });

function numbers(view) {
  const found = [];
  for (const { from, to } of view.visibleRanges) {
    syntaxTree(view.state).iterate({
      from, to,
      enter(node) {
        const isValue = node.name === "Literal" && node.matchContext(["Key"]) === false;
        if (isValue && node.to - node.from < 32 && isNumber.test(view.state.sliceDoc(node.from, node.to))) {
          found.push(number.range(node.from, node.to));
        }
      },
    });
  }
  return Decoration.set(found, true);
}

const painter = ViewPlugin.fromClass(class {
  constructor(view) {
    this.decorations = numbers(view);
    this.tree = syntaxTree(view.state);
  }

  update(update) {
    if (update.docChanged || update.viewportChanged || syntaxTree(update.state) !== this.tree) {
      this.tree = syntaxTree(update.state);
      this.decorations = numbers(update.view);
    }
  }
}, { decorations: (one) => one.decorations });

const isMark = (text) => /^---(\s|$)/.test(text);

const isFirst = (line) => isMark(line.text) || line.number === 1;

// A document folds at its mark, or at its first line.
const documents = foldService.of((state, start) => {
  const first = state.doc.lineAt(start);
  if (!isFirst(first) || first.number === state.doc.lines) return null;
  let last = null;
  for (let at = first.number + 1; at <= state.doc.lines; at += 1) {
    const line = state.doc.line(at);
    if (isMark(line.text)) break;
    if (line.text.trim() !== "") last = line;
  }
  return last === null ? null : { from: first.to, to: last.to };
});

// What an item holds that is whole on its line: neither a key, below which the item's other keys
// stand, nor the head of a block or a quote that goes on.
const isKey = /^("(\\.|[^"\\])*"|'(''|[^'])*'|[^"'[{#].*?):(\s|$)/;
const goesOn = /^([|>][-+\d]*|[&!]\S*|"(\\.|[^"\\])*|'(''|[^'])*)$/;
const isWhole = (rest) => rest !== "" && !isKey.test(rest) && !goesOn.test(rest);

// A new line goes on where the line above it began; below a key without a value it goes in, and
// below a whole item the next one begins.
const indentation = indentService.of((context, at) => {
  const line = context.state.doc.lineAt(at);
  const text = line.text.slice(0, at - line.from);
  const bare = text.trimStart();
  if (/^[\]}]/.test(context.textAfterPos(at).trimStart())) return null;
  let column = text.length - bare.length;
  if (bare === "") return column;
  const head = bare.replace(/\s#.*$/, "").trimEnd();
  const dashes = /^(- +)*/.exec(bare)[0].length;
  // Behind a bracket that is open on this line; a comma alone goes on as its line began.
  const open = (head.match(/[[{]/g) ?? []).length - (head.match(/[\]}]/g) ?? []).length;
  if (/[[{,]$/.test(head)) return open > 0 ? column + dashes + context.unit : column;
  if (/:( *[|>][-+\d]*)?$/.test(head)) return column + dashes + context.unit;
  if (head === "-") return column + context.unit;
  const isAtEnd = context.textAfterPos(at).trim() === "";
  if (dashes > 0 && open <= 0 && isAtEnd && isWhole(head.slice(dashes))) {
    return column + bare.slice(0, dashes).lastIndexOf("-");
  }
  return column + dashes;
});

export function language() {
  return [
    yaml(),
    indentUnit.of("  "),
    indentation,
    documents,
    syntaxHighlighting(classes),
    painter,
    // Of a folded document it must be seen which one it is.
    codeFolding({
      preparePlaceholder(state, { from }) {
        const line = state.doc.lineAt(from);
        return isFirst(line) ? titleAt(state, line.number) : "";
      },
      placeholderDOM(view, onclick, title) {
        const mark = document.createElement("span");
        mark.className = "cm-foldPlaceholder";
        mark.textContent = title ? `⋯ ${title}` : "⋯";
        mark.title = view.state.phrase("unfold");
        mark.setAttribute("aria-label", `${view.state.phrase("folded code")} ${title}`.trim());
        mark.onclick = onclick;
        return mark;
      },
    }),
    foldGutter({
      markerDOM(isOpen) {
        const mark = document.createElement("span");
        mark.className = isOpen ? "fold" : "fold fold--closed";
        return mark;
      },
    }),
  ];
}
