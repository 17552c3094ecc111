// Where a line that is said for a moment covers nothing that can be pressed, and if it can be, no
// sentence either: as near as there is room to where the style puts it.
const CONTROLS = "button, a, input, textarea, select, summary, [role=slider], [data-disk], [data-pod]";
const WORDS = ".now, .note, .caption, .node__head, .lane, .problem, .notice, .stage__legend, .cmp";
const EDGE = 8, GAP = 3, STEP = 8, INSET = 2;

// The box of an element, if some of it is in sight: neither scrolled away nor under a drawer.
function seen(element) {
  const { left, top, right, bottom } = element.getBoundingClientRect();
  if (right - left < 1 || bottom - top < 1) return null;
  const spots = [
    [(left + right) / 2, (top + bottom) / 2], [left + INSET, top + INSET], [right - INSET, top + INSET],
    [left + INSET, bottom - INSET], [right - INSET, bottom - INSET],
  ];
  const isSeen = spots.some(([x, y]) => {
    const there = document.elementFromPoint(x, y);
    return there !== null && (element.contains(there) || there.contains(element) && there.matches(CONTROLS));
  });
  return isSeen ? { left, top, right, bottom } : null;
}

const boxes = (selector) => [...document.querySelectorAll(selector)].map(seen).filter(Boolean);

// The free place that is nearest to a wanted one: the middle and the top of a box of this size.
function nearest(wanted, { width, height }, taken) {
  let [best, least] = [null, Infinity];
  const tops = Math.max(0, Math.floor((innerHeight - height - 2 * EDGE) / STEP));
  const lefts = Math.max(0, Math.floor((innerWidth - width - 2 * EDGE) / STEP));
  for (let row = -1; row <= tops; row += 1) {
    for (let column = -1; column <= lefts; column += 1) {
      // Both lines that go through the wanted place are tried too.
      const top = row < 0 ? wanted.top : EDGE + row * STEP;
      const left = column < 0 ? wanted.left : EDGE + column * STEP;
      const far = Math.hypot(top - wanted.top, left - wanted.left);
      if (far >= least) continue;
      const isFree = !taken.some((one) => one.left < left + width + GAP && left < one.right + GAP
        && one.top < top + height + GAP && top < one.bottom + GAP);
      if (isFree) [best, least] = [{ left, top }, far];
    }
  }
  return best;
}

export function place(toast) {
  const { style } = toast;
  const move = () => {
    if (!toast.isConnected || !toast.classList.contains("is-shown")) return;
    // What lies below it is looked for.
    Object.assign(style, { left: "", top: "", bottom: "", visibility: "hidden" });
    const [width, height] = [toast.offsetWidth, toast.offsetHeight];
    const wanted = { left: (innerWidth - width) / 2, top: toast.offsetTop };
    const own = { width, height };
    const controls = boxes(CONTROLS).filter((one) => one.bottom - one.top < innerHeight / 2);
    const at = nearest(wanted, own, [...controls, ...boxes(WORDS)]) ?? nearest(wanted, own, controls);
    style.visibility = "";
    if (at !== null) {
      Object.assign(style, { left: `${at.left + width / 2}px`, top: `${at.top}px`, bottom: "auto" });
    }
    addEventListener("resize", move, { once: true });
  };
  move();
}
