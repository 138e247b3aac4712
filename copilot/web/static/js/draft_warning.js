// What a draft warns of, in the reader's words.

import { known } from "./dom.js";

/** Codes that say: something of it is not for customers. */
export const INTERNAL = new Set(["internal_source", "internal_wording"]);

/** Codes that say: a source has changed since. */
export const MOVED = new Set(["source_changed", "source_gone", "source_now_internal", "order_changed", "order_gone",
  "process_changed", "process_gone", "saved_reply_changed", "saved_reply_gone"]);

/** Codes that say: something has changed since. */
export const STALE = new Set(["thread_moved", ...MOVED]);

/** A warning in the reader's language; labels that end in ":" get what the service quoted. */
export function warning({ code, detail }) {
  const label = known(`warning_${code}`, detail);
  const what = quoted({ code, detail });
  return label.endsWith(":") && what ? `${label} ${what}` : label;
}

/** What a warning is about, in the text's own words. */
export function quoted({ code, detail }) {
  return (code === "internal_guidance" ? /“(.*)”/s : /: (.*)$/s).exec(detail)?.[1];
}
