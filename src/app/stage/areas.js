// Where elements of a scope are laid out within a positioned ancestor: all of them in one call, for a call
// from the page's WebAssembly costs more than the answer. What several stand in is asked once.
export function areas(root, scope, selector, names) {
  const known = new Map([[root, [0, 0]]]);
  const origin = (at) => {
    if (at === null) return [0, 0];
    const before = known.get(at);
    if (before !== undefined) return before;
    const [left, top] = origin(at.offsetParent);
    const found = [left + at.offsetLeft + at.clientLeft, top + at.offsetTop + at.clientTop];
    known.set(at, found);
    return found;
  };
  const elements = [...scope.querySelectorAll(selector)];
  const boxes = new Int32Array(elements.length * 4);
  // Fellows stand in the same element, and dots among them are of one size.
  let parent, from, dot;
  elements.forEach((one, at) => {
    if (one.parentNode !== parent) {
      const within = one.offsetParent;
      // What is not shown stands nowhere, and says nothing of its fellows.
      parent = within === null ? undefined : one.parentNode;
      from = origin(within);
      dot = undefined;
    }
    const isDot = one.classList.contains("podwrap--dot");
    const size = isDot && dot ? dot : [one.offsetWidth, one.offsetHeight];
    if (isDot) dot = size;
    boxes[at * 4] = from[0] + one.offsetLeft;
    boxes[at * 4 + 1] = from[1] + one.offsetTop;
    boxes[at * 4 + 2] = size[0];
    boxes[at * 4 + 3] = size[1];
  });
  const words = elements.map((one) => names.map((name) => one.getAttribute(name) ?? "").join("\t"));
  return [elements, boxes, words.join("\n")];
}

// What Tab reaches on each stage, and what it was called then. All that comes later is drawn out
// of the order, so that as long as it stands nothing is to be done.
const reached = new WeakMap();

// The thing of this name is what Tab reaches, or some other if there is none; the rest are not.
export function rove(root, active) {
  const before = reached.get(root);
  const stands = before?.one.isConnected && before.one.tabIndex === 0 && before.one.dataset.nav === before.name;
  if (stands && (active === "" || before.name === active)) return;
  const things = [...root.querySelectorAll("[data-nav]")];
  const chosen = things.find((one) => one.dataset.nav === active) ?? things[0];
  for (const one of things) {
    const wanted = one === chosen ? 0 : -1;
    if (one.tabIndex !== wanted) one.tabIndex = wanted;
  }
  if (chosen) reached.set(root, { one: chosen, name: chosen.dataset.nav });
}
