// Who spoke when, drawn: a lane for each speaker, a click jumps there.

import { clock, el, known, t } from "./dom.js";

const COLUMNS = 480;
const LANE = 20;
const SVG = "http://www.w3.org/2000/svg";

function svg(tag, attributes = {}, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/** How much of each column of time `segments` fill, from 0 to 1. */
function shares(segments, duration) {
  const filled = new Float64Array(COLUMNS), width = duration / COLUMNS;
  for (const segment of segments) {
    for (const { start, end } of segment.words?.length ? segment.words : [segment]) {
      const from = Math.max(0, start), to = Math.min(duration, Math.max(end, start + 0.05));
      for (let column = Math.floor(from / width); column < COLUMNS && column * width < to; column += 1) {
        filled[column] += Math.min(to, (column + 1) * width) - Math.max(from, column * width);
      }
    }
  }
  return filled.map((seconds) => Math.min(1, seconds / width));
}

/** One path for all bars of a lane: a long call must not be thousands of elements. */
function bars(filled, top) {
  let path = "";
  filled.forEach((share, column) => {
    if (share < 0.04) return;
    const height = LANE * (0.25 + 0.7 * share);
    path += `M${column + 0.1} ${(top + (LANE - height) / 2).toFixed(1)}h.8v${height.toFixed(1)}h-.8z`;
  });
  return path;
}

const percent = (seconds, duration) => `${Math.min(100, Math.max(0, (100 * seconds) / duration))}%`;

/** The drawing, a slider for the keyboard. `seek(seconds)` jumps. */
export function strip(segments, duration, seek) {
  const length = Math.max(duration, 0.1);
  const speakers = ["agent", "customer", "unknown"].filter((one) => segments.some((segment) => segment.speaker === one));
  const drawing = svg("svg", {
    viewBox: `0 0 ${COLUMNS} ${LANE * Math.max(1, speakers.length)}`, preserveAspectRatio: "none", "aria-hidden": "true",
  }, ...speakers.map((speaker, lane) => svg("path", {
    class: speaker, d: bars(shares(segments.filter((one) => one.speaker === speaker), length), lane * LANE),
  })));
  const head = el("span", { className: "strip-head" }), done = el("span", { className: "strip-done" });
  const hits = el("span", { className: "strip-hits" }), tip = el("span", { className: "strip-tip", hidden: true });
  const field = el("div", {
    className: "strip-field", role: "slider", tabIndex: 0, "aria-label": t("position"),
    "aria-valuemin": "0", "aria-valuemax": String(Math.round(length)),
  }, drawing, done, hits, head, tip);

  const secondsAt = (event) => {
    const box = field.getBoundingClientRect();
    return length * Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
  };
  let held = false;
  field.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    held = true;
    field.setPointerCapture(event.pointerId);
    seek(secondsAt(event));
  });
  field.addEventListener("pointermove", (event) => {
    const seconds = secondsAt(event);
    tip.hidden = false;
    tip.textContent = clock(seconds);
    tip.style.left = percent(seconds, length);
    if (held) seek(seconds);
  });
  field.addEventListener("pointerup", () => { held = false; });
  field.addEventListener("pointercancel", () => { held = false; });
  field.addEventListener("pointerleave", () => { tip.hidden = true; });
  const steps = { ArrowUp: 5, ArrowDown: -5, PageUp: 30, PageDown: -30 };
  field.addEventListener("keydown", (event) => {
    const to = event.key === "Home" ? 0 : event.key === "End" ? length
      : steps[event.key] ? at + steps[event.key] : null;
    if (to === null) return;
    event.preventDefault();
    seek(to);
  });

  let at = 0;
  return {
    node: el("div", { className: "strip" },
      el("div", { className: "strip-names", "aria-hidden": "true" },
        speakers.map((speaker) => el("span", { className: speaker }, known(speaker, speaker)))), field),
    move(seconds) {
      at = seconds;
      head.style.left = done.style.width = percent(seconds, length);
      field.setAttribute("aria-valuenow", String(Math.round(seconds)));
      field.setAttribute("aria-valuetext", t("position_of", { at: clock(seconds), duration: clock(length) }));
    },
    hits(seconds) {
      hits.replaceChildren(...seconds.map((one) => {
        const mark = el("i");
        mark.style.left = percent(one, length);
        return mark;
      }));
    },
  };
}
