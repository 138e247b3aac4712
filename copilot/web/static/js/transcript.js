// The transcript as a list: what is played is marked and kept in sight, a click plays that word.

import { clock, el, known, t } from "./dom.js";
import { corrected, offsetAt, rangeOf, secondAt, textNodes, wordAt } from "./segment_text.js";

// A list that takes the place of another one is the only one that listens.
let listening = new AbortController();
/** From so many rows on, those out of sight are laid out only once they come near. */
const LONG = 300;
const SCROLL_KEYS = new Set(["PageUp", "PageDown", "Home", "End", "ArrowUp", "ArrowDown"]);

/**
 * The list of `segments`. `play(seconds)` plays from there; `onStray(away)` is told when the reader
 * scrolled away from what is played, and when the list follows again.
 */
export function transcriptList(segments, { play, onStray }) {
  const rows = segments.map(rowOf);
  const byNumber = new Map(rows.map((row) => [row.segment.n, row]));
  const node = el("ol", { className: rows.length > LONG ? "lanes long" : "lanes", "aria-label": t("transcript") }, rows.map((row) => row.node));
  let now = null, following = true;

  function stray(away) {
    if (following === !away) return;
    following = !away;
    onStray?.(away);
  }

  /** Only what a person does is scrolling away: the list scrolls itself too. */
  const target = () => (scrolls(node) ? node : document);
  listening.abort();
  listening = new AbortController();
  const { signal } = listening;
  for (const event of ["wheel", "touchmove"]) {
    addEventListener(event, (one) => { if (target().contains(one.target)) stray(true); }, { passive: true, signal });
  }
  addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [role=slider]");
    if (SCROLL_KEYS.has(event.key) && !typing && !event.defaultPrevented && target().contains(event.target)) stray(true);
  }, { signal });

  node.addEventListener("click", (event) => {
    const row = rowOfNode(event.target);
    if (!row || event.target.closest("form, details, [data-aside], .row-tools")) return;
    if (event.target.closest(".at")) return go(row.segment.start);
    // Who selects words to copy them does not want to hear them.
    if (!event.target.closest(".words") || !getSelection().isCollapsed) return;
    const offset = offsetAt(row.words, event.clientX, event.clientY);
    go(offset === null ? row.segment.start : secondAt(row.segment, offset));
  });

  function go(seconds) {
    stray(false);
    play(seconds);
  }

  const rowOfNode = (one) => byNumber.get(Number(one.closest?.("li[data-n]")?.dataset.n));

  /** The row said at `seconds`: of several the last begun, in a pause the one before it. */
  function rowAt(seconds) {
    let low = 0, high = rows.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (rows[middle].segment.start <= seconds + 0.01) low = middle; else high = middle - 1;
    }
    for (let place = low; place >= Math.max(0, low - 6); place -= 1) {
      const { start, end } = rows[place].segment;
      if (start <= seconds + 0.01 && end > seconds) return rows[place];
    }
    return rows[low] ?? null;
  }

  function show(row, calm = matchMedia("(prefers-reduced-motion: reduce)").matches) {
    if (!row) return;
    const behavior = calm ? "auto" : "smooth";
    if (scrolls(node)) return node.scrollTo({ top: row.node.offsetTop - node.offsetTop - 80, behavior });
    const place = row.node.getBoundingClientRect();
    if (place.top > 220 && place.bottom < innerHeight - 90) return;
    scrollTo({ top: scrollY + place.top - Math.max(240, innerHeight * 0.4), behavior });
  }

  return {
    node, rowAt, rowOfNode, show,
    rows: () => rows,
    row: (n) => byNumber.get(n),
    current: () => now,
    follow(on = true) {
      stray(!on);
      if (on) show(now);
    },
    /** Mark what is said at `seconds`; `jump`: whoever asked for it wants to see it. */
    mark(seconds, { jump = false } = {}) {
      const row = rowAt(seconds);
      if (jump) stray(false);
      if (row !== now) {
        now?.node.classList.remove("now");
        now?.node.removeAttribute("aria-current");
        now = row;
        row?.node.classList.add("now");
        row?.node.setAttribute("aria-current", "true");
        if (following) show(row, jump);
      } else if (jump) show(row, true);
      markWord(row, seconds);
    },
    /** Show the segment as it is now. */
    replace(segment) {
      const row = byNumber.get(segment.n);
      row.segment = segment;
      fill(row);
    },
    hits(row, found) {
      row.hits = found;
      fill(row);
    },
  };
}

const scrolls = (node) => node.scrollHeight > node.clientHeight + 1 && getComputedStyle(node).overflowY !== "visible";

function rowOf(segment) {
  const at = clock(segment.start);
  const row = { segment, hits: [], words: el("span", { className: "words", dir: "auto" }) };
  row.node = el("li", { className: segment.speaker, "data-n": segment.n },
    el("button", { type: "button", className: "link at", "aria-label": t("play_from", { time: at }) }, at),
    el("span", { className: "speaker" }, known(segment.speaker, segment.speaker)), row.words);
  fill(row);
  return row;
}

function fill(row) {
  const { segment, words } = row;
  words.replaceChildren(...textNodes(segment, row.hits));
  row.node.classList.toggle("corrected", corrected(segment));
  if (corrected(segment)) {
    words.append(el("details", { className: "was", "data-aside": "" },
      el("summary", {}, t("corrected")), el("span", {}, `${t("heard_first")} ${segment.original_text}`)));
  }
}

/** The word being said; where the browser cannot mark without touching the text, the row is enough. */
function markWord(row, seconds) {
  if (!("highlights" in CSS)) return;
  const place = row && seconds < row.segment.end + 0.3 ? wordAt(row.segment, seconds) : null;
  const range = place && rangeOf(row.words, ...place);
  if (range) CSS.highlights.set("said", new Highlight(range)); else CSS.highlights.delete("said");
}
