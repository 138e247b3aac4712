// A draft's text with figures marked and a chip after each sentence that has sources.

import { el, t } from "./dom.js";
import { marked } from "./figures.js";

/**
 * Nodes for `text`: what the agent made of `draft.text`, or that itself. `checked` are the figures
 * of that text once they were looked up; until then what the agent wrote shows that nobody did.
 */
export function draftNodes(draft, text, checked = null) {
  const edited = text !== draft.text;
  const words = (from, to) => !edited ? piece(draft, from, to)
    : checked ? own(text, checked, from, to) : unchecked(text.slice(from, to));
  /** A stretch beside the draft's sentences; what was taken from the card has its source there. */
  function between(from, to) {
    const nodes = [];
    for (const { text: taken, citations } of draft.inserted ?? []) {
      const at = text.indexOf(taken, from);
      if (at < 0 || at + taken.length > to) continue;
      nodes.push(...between(from, at), ...words(at, at + taken.length), ...citations.map(chip));
      from = at + taken.length;
    }
    return [...nodes, ...words(from, to)];
  }
  const nodes = [];
  let inDraft = 0, at = 0;
  for (const sentence of draft.sentences) {
    const span = locate(draft.text, sentence.text, inDraft);
    if (!span) continue;
    inDraft = span.end;
    const from = edited ? text.indexOf(draft.text.slice(span.start, span.end), at) : span.start;
    if (from < 0) continue;
    nodes.push(...between(at, from), ...piece(draft, span.start, span.end), ...sentence.citations.map(chip));
    at = from + span.end - span.start;
  }
  nodes.push(...between(at, text.length));
  return nodes;
}

/** Where `sentence` stands in `text`; its spaces may be line breaks there. */
function locate(text, sentence, from) {
  const words = sentence.trim().split(/\s+/).map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const pattern = new RegExp(words.join("\\s+"), "g");
  pattern.lastIndex = from;
  const found = pattern.exec(text);
  return found && { start: found.index, end: pattern.lastIndex };
}

/** A stretch of a text with its figures; those count in code points, not units. */
function piece({ text, figures }, from, to) {
  const start = Array.from(text.slice(0, from)).length;
  const end = start + Array.from(text.slice(from, to)).length;
  const inside = figures.filter((one) => one.start >= start && one.end <= end)
    .map((one) => ({ ...one, start: one.start - start, end: one.end - start }));
  return marked(text.slice(from, to), inside);
}

/** What the agent wrote, with its figures looked up. */
function own(text, figures, from, to) {
  return text.slice(from, to).trim()
    ? [el("span", { className: "own", title: t("own_words") }, piece({ text, figures }, from, to))] : [text.slice(from, to)];
}

function unchecked(text) {
  return text.trim() ? [el("span", { className: "unchecked", title: t("not_checked") }, text)] : [text];
}

const chip = (n) => el("a", { className: "cite", href: `#citation-${n}`, "aria-label": t("source_n", { n }) }, String(n));
