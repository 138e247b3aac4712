// What one segment says, as nodes: uncertain words marked, spoken figures with their written form.

import { el, t } from "./dom.js";

export const UNSURE = 0.5;

/** Whether a person changed what was heard. */
export const corrected = (segment) =>
  typeof segment.original_text === "string" && segment.original_text !== segment.text;

const isUnsure = (word) => typeof word?.confidence === "number" && word.confidence < UNSURE;

const known = new WeakMap();

/** The words of the text with their place in it, and what the engine heard there where it is that. */
function tokens(segment) {
  if (!known.has(segment)) known.set(segment, findTokens(segment));
  return known.get(segment);
}

function findTokens(segment) {
  const found = [...segment.text.matchAll(/\S+/g)].map((match) => ({ from: match.index, to: match.index + match[0].length }));
  const heard = corrected(segment) ? [] : segment.words ?? [];
  let at = 0;
  for (const word of heard) {
    const place = segment.text.indexOf(word.text, at);
    if (place < 0 || !word.text) continue;
    at = place + word.text.length;
    for (const one of found) if (one.from < at && one.to > place) one.word ??= word;
  }
  return found;
}

/**
 * Nodes for the segment's text. `hits` are [from, to) places found by a search. A node that is no
 * part of the text carries `data-aside`.
 */
export function textNodes(segment, hits = []) {
  const all = tokens(segment), nodes = [];
  const figures = (segment.figures ?? []).filter((one) => all[one.first] && all[one.last] && one.first <= one.last)
    .sort((a, b) => a.first - b.first);
  let next = 0, at = 0;
  for (const figure of figures) {
    if (figure.first < next) continue;
    const from = all[figure.first].from, to = all[figure.last].to;
    nodes.push(...runs(segment.text, at, from, all.slice(next, figure.first), hits));
    nodes.push(el("span", { className: "spoken" },
      runs(segment.text, from, to, all.slice(figure.first, figure.last + 1), hits),
      el("span", { className: "written", "data-aside": "", title: t("written_form") },
        el("span", { className: "visually-hidden" }, ` ${t("written_form")}: `), figure.written)));
    next = figure.last + 1;
    at = to;
  }
  nodes.push(...runs(segment.text, at, segment.text.length, all.slice(next), hits));
  return nodes;
}

/** The text of [from, to) where neighbours of one kind share a node: most of it needs none at all. */
function runs(text, from, to, words, hits) {
  const unsure = [];
  for (const one of words) {
    if (!isUnsure(one.word)) continue;
    const last = unsure.at(-1);
    if (last && !text.slice(last.to, one.from).trim()) last.to = one.to;
    else unsure.push({ from: one.from, to: one.to });
  }
  const nodes = [];
  let at = from;
  for (const run of unsure) {
    nodes.push(...lit(text, at, run.from, hits));
    nodes.push(el("span", { className: "unsure" }, lit(text, run.from, run.to, hits),
      el("span", { className: "visually-hidden", "data-aside": "" }, ` (${t("unsure")})`)));
    at = run.to;
  }
  return [...nodes, ...lit(text, at, to, hits)];
}

function lit(text, from, to, hits) {
  const nodes = [];
  let at = from;
  for (const [start, end] of hits) {
    const first = Math.max(start, at), last = Math.min(end, to);
    if (first >= last) continue;
    if (first > at) nodes.push(text.slice(at, first));
    nodes.push(el("mark", { className: "hit" }, text.slice(first, last)));
    at = last;
  }
  if (at < to) nodes.push(text.slice(at, to));
  return nodes;
}

/** The second at which the text's character `offset` is said; between known words it is guessed. */
export function secondAt(segment, offset) {
  const one = tokens(segment).find((token) => token.to > offset);
  if (typeof one?.word?.start === "number") return one.word.start;
  const share = Math.min(1, offset / Math.max(1, segment.text.length));
  return segment.start + (segment.end - segment.start) * (corrected(segment) ? share : 0);
}

/** [from, to) of the word being said at `seconds`, or null. */
export function wordAt(segment, seconds) {
  const one = tokens(segment).findLast((token) => token.word && token.word.start <= seconds);
  return one && one.word.end + 0.3 > seconds ? [one.from, one.to] : null;
}

/** Places of the query's words in the text; what stands in other forms begins alike. */
export function places(text, query) {
  const stems = query.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const low = text.toLowerCase();
  if (low.length !== text.length) return [];
  return [...low.matchAll(/[\p{L}\p{N}]+/gu)]
    .filter(([word]) => stems.some((stem) => word === stem || (stem.length > 3 && word.startsWith(stem.slice(0, Math.max(4, stem.length - 2))))))
    .map((match) => [match.index, match.index + match[0].length]);
}

/** How far into the text the point (x, y) of the page is, or null where it is not in `node`. */
export function offsetAt(node, x, y) {
  const caret = document.caretPositionFromPoint?.(x, y);
  const range = caret ? null : document.caretRangeFromPoint?.(x, y);
  const place = caret?.offsetNode ?? range?.startContainer;
  if (!place || !node.contains(place)) return null;
  let offset = 0;
  for (const part of textParts(node)) {
    if (part === place) return offset + (caret?.offset ?? range.startOffset);
    offset += part.length;
  }
  return null;
}

/** A range over [from, to) of the text in `node`. */
export function rangeOf(node, from, to) {
  const range = new Range();
  let offset = 0, begun = false;
  for (const part of textParts(node)) {
    if (!begun && offset + part.length > from) {
      range.setStart(part, from - offset);
      begun = true;
    }
    if (begun && offset + part.length >= to) {
      range.setEnd(part, to - offset);
      return range;
    }
    offset += part.length;
  }
  return null;
}

function textParts(node) {
  const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT, (one) =>
    one.nodeType === Node.TEXT_NODE ? NodeFilter.FILTER_ACCEPT
      : one.hasAttribute("data-aside") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_SKIP);
  const parts = [];
  while (walker.nextNode()) parts.push(walker.currentNode);
  return parts;
}
