// Figures in a text, marked with the verdict on each; not by colour alone.

import { el, t } from "./dom.js";

// A figure with a source is only underlined: what needs a look must not drown among good marks.
const SIGNS = { unsupported: "?", contradicted: "✗" };
// Characters; a shorter figure stays in one line.
const LONG = 20;
let tip = null;

/** `text` as nodes with its figures marked; `figures` carry offsets (in code points) and verdicts. */
export function marked(text, figures, { focusable = true } = {}) {
  const points = Array.from(text);
  const nodes = [];
  let at = 0;
  for (const figure of [...(figures ?? [])].sort((a, b) => a.start - b.start)) {
    if (figure.start < at || figure.end > points.length) continue;
    nodes.push(points.slice(at, figure.start).join(""));
    nodes.push(mark(figure, points.slice(figure.start, figure.end).join(""), focusable));
    at = figure.end;
  }
  nodes.push(points.slice(at).join(""));
  return nodes;
}

function mark(figure, text, focusable) {
  const verdict = t(`figure_${figure.verdict}`);
  const evidence = figure.evidence ? `${verdict}: “${figure.evidence.text}”` : verdict;
  const node = el("mark", { className: text.length > LONG ? `${figure.verdict} long` : figure.verdict, tabIndex: focusable ? 0 : -1 }, text,
    SIGNS[figure.verdict] ? el("span", { className: "sign", "aria-hidden": "true" }, SIGNS[figure.verdict]) : null,
    el("span", { className: "visually-hidden" }, ` (${evidence})`));
  if (!focusable) node.removeAttribute("tabindex");
  node.addEventListener("mouseenter", () => open(node, evidence));
  node.addEventListener("focus", () => open(node, evidence));
  node.addEventListener("mouseleave", close);
  node.addEventListener("blur", close);
  return node;
}

function open(node, text) {
  close();
  tip = el("div", { className: "tip", "aria-hidden": "true" }, text);
  document.body.append(tip);
  const place = node.getBoundingClientRect(), size = tip.getBoundingClientRect();
  const below = place.bottom + 6 + size.height < innerHeight;
  tip.style.left = `${Math.max(8, Math.min(place.left, innerWidth - size.width - 8))}px`;
  tip.style.top = `${below ? place.bottom + 6 : place.top - size.height - 6}px`;
}

function close() {
  tip?.remove();
  tip = null;
}

addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
