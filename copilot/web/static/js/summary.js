// A summary: sections of sentences, each a button that leads to what it stands on.

import { el, onDay, t } from "./dom.js";
import { marked } from "./figures.js";

/**
 * The summary's body. `go(sentence, button)` is called when one is chosen; `source(sentence)` names
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
  const className = supported ? "sentence" : "sentence unsupported-sentence";
  const text = marked(one.text, one.figures, { focusable: false });
  const due = one.due ? [el("span", { className: "chip" }, t("due", { date: onDay(one.due) })), " "] : [];
  const why = el("span", { className: "source" }, supported ? source(one) : t("unsupported_sentence"));
  // One that names no message leads nowhere, and must not look as if it did.
  if (!one.message_ids.length) return el("span", { className }, text, " ", due, why);
  const button = el("button", {
    type: "button", className: `link ${className}`,
    title: supported ? t("show_source") : t("unsupported_sentence"),
    onclick: () => go(one, button),
  }, text, " ", due, why);
  return button;
}
