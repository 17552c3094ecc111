// Where a line that is said for a moment covers nothing that can be pressed, and if it can be, no
// sentence either: as near as there is room to where the style puts it.
const CONTROLS = "button, a, input, textarea, select, summary, [role=slider], [data-disk], [data-pod]";
const WORDS = ".now, .note, .caption, .node__head, .lane, .problem, .notice, .stage__legend, .cmp";
const TITLES = "h1, h2, .brand";
const EDGE = 8, GAP = 3, STEP = 8, INSET = 2, FEW = 40;

// The box of an element, and whether some of it is in sight, neither scrolled away nor under a
// drawer: that is dear to tell, and so only looked for where the box is in the way.
function box(element) {
  const { left, top, right, bottom } = element.getBoundingClientRect();
  if (right - left < 1 || bottom - top < 1 || top >= innerHeight || bottom <= 0) return null;
  const spots = [
    [(left + right) / 2, (top + bottom) / 2], [left + INSET, top + INSET], [right - INSET, top + INSET],
    [left + INSET, bottom - INSET], [right - INSET, bottom - INSET],
  ];
  const look = () => spots.some(([x, y]) => {
    const there = document.elementFromPoint(x, y);
    return there !== null && (element.contains(there) || there.contains(element) && there.matches(CONTROLS));
  });
  let known = null;
  return { left, top, right, bottom, isSeen: () => known ??= look() };
}

const boxes = (selector) => [...document.querySelectorAll(selector)].map(box).filter(Boolean);

// Many Pods take a place together: to look for each would hold the page up.
function pressed() {
  const all = [...document.querySelectorAll(`${CONTROLS}, .cell`)];
  const isCrowd = document.querySelectorAll("[data-pod]").length > FEW;
  const counts = (one) => (one.matches(".cell")
    ? isCrowd && one.querySelector("[data-pod]") !== null
    : !(isCrowd && one.closest(".cell")));
  return all.filter(counts).map(box).filter(Boolean);
}

// Places along one line at which something of this size fits, the nearest to a wanted one first.
function along(wanted, size, whole) {
  const count = Math.max(1, Math.floor((whole - size - 2 * EDGE) / STEP) + 1);
  const all = [wanted, ...Array.from({ length: count }, (_, at) => EDGE + at * STEP)];
  return all.sort((a, b) => Math.abs(a - wanted) - Math.abs(b - wanted));
}

// The free place that is nearest to a wanted one: the left and the top of a box of this size.
function nearest(wanted, { width, height }, taken) {
  let [best, least] = [null, Infinity];
  const lefts = along(wanted.left, width, innerWidth);
  for (const top of along(wanted.top, height, innerHeight)) {
    if (Math.abs(top - wanted.top) >= least) break;
    const near = taken.filter((one) => one.top < top + height + GAP && top < one.bottom + GAP);
    const left = lefts.find((left) => Math.hypot(top - wanted.top, left - wanted.left) >= least
      || !near.some((one) => one.left < left + width + GAP && left < one.right + GAP && one.isSeen()));
    const far = left === undefined ? Infinity : Math.hypot(top - wanted.top, left - wanted.left);
    if (far < least) [best, least] = [{ left, top }, far];
  }
  return best;
}

export function place(toast) {
  const { style } = toast;
  const move = () => {
    style.opacity = "";
    if (!toast.isConnected || !toast.classList.contains("is-shown")) return;
    // What lies below it is looked for.
    Object.assign(style, { left: "", top: "", bottom: "", visibility: "hidden" });
    const [width, height] = [toast.offsetWidth, toast.offsetHeight];
    const wanted = { left: (innerWidth - width) / 2, top: toast.offsetTop };
    const own = { width, height };
    const controls = pressed().filter((one) => one.bottom - one.top < innerHeight / 2);
    const titles = [...controls, ...boxes(TITLES)];
    const at = nearest(wanted, own, [...titles, ...boxes(WORDS)])
      ?? nearest(wanted, own, titles) ?? nearest(wanted, own, controls);
    style.visibility = "";
    if (at !== null) {
      Object.assign(style, { left: `${at.left + width / 2}px`, top: `${at.top}px`, bottom: "auto" });
    }
    addEventListener("resize", move, { once: true });
  };
  // What it stands on is drawn in this frame; to look at that is a task of its own.
  style.opacity = "0";
  requestAnimationFrame(() => setTimeout(move));
}
