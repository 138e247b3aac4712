// A summary: sections of sentences, each a button that leads to what it stands on.

import { el, t } from "./dom.js";
import { marked } from "./figures.js";

/**
 * The summary's body. `go(sentence)` is called when a sentence is chosen; `source(sentence)` names
 * what it stands on; a headline that only repeats `title` is left out.
 */
export function summaryBody(summary, go, source, title = "") {
  const sections = summary.sections.filter((one) => one.sentences.length);
  const grid = el("dl", { className: "summary-grid" });
  for (const section of sections) {
    grid.append(
      el("dt", {}, t(`section_${section.kind}`)),
      el("dd", {}, el("ul", {}, section.sentences.map((one) => el("li", {}, sentence(one, go, source))))));
  }
  const headline = summary.headline && summary.headline !== title
    ? el("p", { className: "summary-headline", lang: summary.language ?? "" }, summary.headline) : null;
  return el("div", {}, headline,
    sections.length ? grid : el("p", { className: "muted" }, t("summary_empty")));
}

function sentence(one, go, source) {
  const supported = one.supported !== false && one.message_ids.length > 0;
  return el("button", {
    type: "button", className: supported ? "link sentence" : "link sentence unsupported-sentence",
    title: supported ? t("show_source") : t("unsupported_sentence"), onclick: () => go(one),
  }, marked(one.text, one.figures, { focusable: false }), " ",
  el("span", { className: "source" }, supported ? source(one) : t("unsupported_sentence")));
}
