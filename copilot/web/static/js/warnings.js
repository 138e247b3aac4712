// What is wrong with a recording, in the reader's words.

import { known, t } from "./dom.js";

/** The call's warnings as sentences; one without words of ours shows what the service says. */
export function callWarnings(call) {
  const told = (call.warnings ?? []).map(({ code, detail }) => known(`call_warning_${code}`, detail || code));
  return told.length || !call.damaged ? told : [t("call_warning_audio_damaged")];
}
