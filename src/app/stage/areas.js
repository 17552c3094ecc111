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
  elements.forEach((one, at) => {
    const [left, top] = origin(one.offsetParent);
    boxes.set([left + one.offsetLeft, top + one.offsetTop, one.offsetWidth, one.offsetHeight], at * 4);
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
