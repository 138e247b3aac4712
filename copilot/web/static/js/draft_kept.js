// What an agent is writing, kept in this tab for a reload, a lost session or a service that restarts.

import { el, t } from "./dom.js";

/** What an agent had written, to be copied where its draft cannot be had. */
export const leftOver = (text) => text
  ? [el("label", {}, t("draft_left_over"), el("textarea", { readOnly: true, rows: 8, value: text }))] : [];

/** Keeps one value for the draft of that conversation. */
export function keeper(conversationId) {
  const key = `draft ${conversationId}`;
  return {
    put(value) {
      try {
        sessionStorage.setItem(key, JSON.stringify(value));
      } catch { /* full or switched off: then nothing is kept */ }
    },
    get() {
      try {
        return JSON.parse(sessionStorage.getItem(key));
      } catch {
        return null;
      }
    },
  };
}
