// Notes being edited: sentences are changed, taken out and added, each in its section.

import { clock, el, t } from "./dom.js";

const KINDS = ["request", "done", "promised", "open", "next_step"];

/** The sections of notes with what an edit needs of them. */
export const sectionsOf = (notes) => notes.sections.map(({ kind, sentences }) => ({
  kind, sentences: sentences.map(({ text, message_ids, start }) => ({ text, message_ids, start })),
}));

/** A field for each sentence of `sections`; `sections()` are the notes as they stand now. */
export function notesForm(sections, { play, onInput }) {
  const lists = new Map(KINDS.map((kind) => [kind, el("ul")]));

  function add(kind, sentence) {
    const text = el("textarea", { value: sentence.text, rows: 1, maxLength: 1000, "aria-label": t(`section_${kind}`), dir: "auto" });
    const played = typeof sentence.start === "number" ? el("button", {
      type: "button", className: "link source", onclick: () => play(sentence.start),
      "aria-label": t("play_from", { time: clock(sentence.start) }),
    }, `▸ ${clock(sentence.start)}`) : el("span");
    const out = el("button", { type: "button", className: "quiet", "aria-label": t("remove_sentence"), title: t("remove_sentence") }, "✕");
    const row = el("li", {}, played, text, out);
    row.sentence = () => ({ text: text.value.trim(), message_ids: sentence.message_ids, start: sentence.start });
    out.addEventListener("click", () => {
      const next = (row.nextElementSibling ?? row.previousElementSibling)?.querySelector("textarea");
      row.remove();
      (next ?? lists.get(kind).nextElementSibling).focus();
      onInput();
    });
    text.addEventListener("input", onInput);
    lists.get(kind).append(row);
    return text;
  }

  for (const section of sections) {
    if (!lists.has(section.kind)) lists.set(section.kind, el("ul"));
    for (const sentence of section.sentences) add(section.kind, sentence);
  }
  const node = el("div", { className: "notes-form" }, [...lists].map(([kind, list]) =>
    el("section", { "aria-label": t(`section_${kind}`) }, el("h3", {}, t(`section_${kind}`)), list,
      el("button", { type: "button", className: "quiet", onclick: () => add(kind, { text: "", message_ids: [] }).focus() }, t("add_sentence")))));
  return {
    node,
    focus: () => node.querySelector("textarea, button").focus(),
    /** As they are sent; with `seconds` as they are kept while they are written. */
    sections: ({ seconds = false } = {}) => [...lists].map(([kind, list]) => ({
      kind,
      sentences: [...list.children].map((row) => row.sentence()).filter((one) => one.text)
        .map(({ text, message_ids, start }) => (seconds ? { text, message_ids, start } : { text, message_ids })),
    })).filter((section) => section.sentences.length),
  };
}
