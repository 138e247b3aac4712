// The messages of a conversation in order, quoted and very long text folded, internal notes distinct.

import { clock, el, t, when } from "./dom.js";

// Characters: what is longer is shown as far as `SHOWN`, the rest on request.
const LONG = 6000, SHOWN = 3000;

/** One list item per message, with the message's id as its own. */
export function timeline(messages, play) {
  return messages.map((message) => {
    const role = message.author.role;
    const internal = message.visibility === "internal";
    const at = message.start === null || message.start === undefined ? null
      : el("button", { type: "button", className: "link source", onclick: () => play(message.start),
        "aria-label": t("play_from", { time: clock(message.start) }) }, `▸ ${clock(message.start)}`);
    return el("li", { className: `message ${role}${internal ? " internal" : ""}`, id: message.id },
      el("header", {},
        el("span", { className: "who" }, message.author.name || t(role)),
        message.author.name ? el("span", {}, t(role)) : null,
        internal ? el("span", { className: "chip pending" }, t("internal")) : null,
        at, el("span", { className: "when" }, el("time", { dateTime: message.sent_at }, when(message.sent_at)),
          el("span", { className: "n", title: t("source_message", { n: message.seq }) }, String(message.seq)))),
      ...words(message),
      message.attachments?.length
        ? el("p", { className: "files" }, `${t("attachments")}: ${message.attachments.join(", ")}`) : null,
      message.quoted_text ? el("details", {}, el("summary", {}, t("quoted_text")),
        el("p", { className: "quoted", dir: "auto" }, message.quoted_text)) : null);
  });
}

function words({ text, language }) {
  const part = (some) => el("p", { className: "text", dir: "auto", lang: language ?? "" }, some);
  if ((text ?? "").length <= LONG) return [part(text || t("nothing"))];
  // At the end of a word where there is one, and never within a character.
  const first = text.slice(0, SHOWN).replace(/(?<=\s)\S*$|[\ud800-\udbff]$/, "");
  const rest = text.slice(first.length);
  return [part(first), el("details", { className: "rest" }, el("summary", {}, t("message_rest", { count: rest.length.toLocaleString(document.documentElement.lang) })), part(rest))];
}
