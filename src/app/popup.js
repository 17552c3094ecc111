// An open list in the top layer, where no scroller cuts it: beside its button, above it where there is
// more room, as tall as there is room, and never off the screen. Where the browser knows no popovers
// it stays where it is.
const GAP = 4, EDGE = 8;

export function raise(list) {
  const button = list.parentElement?.querySelector('[aria-haspopup][aria-expanded="true"]');
  if (!button || list.showPopover === undefined) return;
  list.popover = "manual";
  list.showPopover();
  const place = () => {
    // The button moves when the stage scrolls or is laid out anew.
    if (!list.isConnected) return;
    const at = button.getBoundingClientRect();
    const ends = getComputedStyle(list).getPropertyValue("--popup").trim() === "end";
    list.style.setProperty("--popup-button", `${at.width}px`);
    const wanted = list.scrollHeight + 2;
    const below = innerHeight - at.bottom - GAP - EDGE, above = at.top - GAP - EDGE;
    const up = wanted > below && above > below;
    const height = Math.min(wanted, up ? above : below);
    const width = list.offsetWidth;
    const left = Math.max(EDGE, Math.min(ends ? at.right - width : at.left, innerWidth - width - EDGE));
    const top = up ? at.top - GAP - height : at.bottom + GAP;
    const style = `${Math.round(left)} ${Math.round(top)} ${Math.round(height)}`;
    if (style !== list.dataset.place) {
      list.dataset.place = style;
      Object.assign(list.style, {
        position: "fixed", inset: "auto", margin: "0",
        left: `${Math.round(left)}px`, top: `${Math.round(top)}px`, maxHeight: `${Math.ceil(height)}px`,
      });
    }
    requestAnimationFrame(place);
  };
  place();
}
