// The page of one call: the player, the notes, and what can be done with both.

import { callKeys } from "./call_keys.js";
import { setUpNotes } from "./call_notes.js";
import { setUpRedaction } from "./call_redact.js";
import { callSearch } from "./call_search.js";
import { byId, clock, el, known, languageName, t, when } from "./dom.js";
import { setUpEditing } from "./segment_edit.js";
import { corrected, UNSURE } from "./segment_text.js";
import { callWarnings } from "./warnings.js";
import "./player.js";

const player = document.querySelector("call-player");
const notes = setUpNotes(player, (seconds) => player.play(seconds));
const redaction = setUpRedaction(player);
let search = null, editing = null;

const does = {
  flip: () => player.bar?.flip(),
  step: (seconds) => player.bar?.step(seconds),
  faster: (by) => player.bar?.faster(by),
  search: () => search?.focus(),
  edit: () => editing?.edit(player.list.current()),
  segment(by) {
    if (!player.list) return;
    const rows = player.list.rows(), now = rows.indexOf(player.list.current());
    // Short after its beginning, back is the one before; later, the one being said again.
    const late = by < 0 && now >= 0 && player.bar.at() - rows[now].segment.start > 2;
    go(rows[now + (late ? 0 : by)]);
  },
  unsure() {
    const rows = player.list?.rows() ?? [], now = player.bar?.at() ?? 0;
    const isUnsure = (one) => typeof one.confidence === "number" && one.confidence < UNSURE && one.start > now + 0.05;
    for (const { segment } of rows) {
      const word = segment.end > now && !corrected(segment) && segment.words?.find(isUnsure);
      if (word) return player.bar.seek(word.start);
    }
  },
};

const go = (row) => { if (row) player.bar.seek(row.segment.start); };

/** Fill the head of the page with what is known about the call. */
function describe(call) {
  byId("call-title").textContent = call.subject || t("call");
  document.title = `${byId("call-title").textContent} · Copilot`;
  byId("call-facts").textContent = [when(call.started_at), call.duration ? clock(call.duration) : "",
    call.language ? languageName(call.language) : "", known(`status_${call.status}`, call.status)].filter(Boolean).join(" · ");
  const link = byId("to-conversation");
  link.hidden = !call.conversation_id;
  if (call.conversation_id) link.href = `/c/${call.conversation_id}`;
  byId("call-warnings").replaceChildren(...callWarnings(call).map((text) => el("li", {}, text)));
  byId("call-warnings").hidden = !byId("call-warnings").children.length;
  const done = call.status === "done";
  byId("call-actions").hidden = byId("call-jumps").hidden = !done;
  byId("notes-panel").hidden ||= !done;
  for (const one of document.querySelectorAll("[data-format]")) {
    one.href = `/v1/calls/${call.id}/transcript?format=${one.dataset.format}`;
    one.download = `${call.subject || call.external_id || call.id}.${one.dataset.format}`;
  }
  byId("download-audio").href = `/v1/calls/${call.id}/audio`;
  byId("download-audio").download = call.subject || call.external_id || call.id;
  byId("call-page").classList.toggle("done", done);
}

player.addEventListener("call", (event) => describe(event.detail));
player.addEventListener("heard", () => {
  search = callSearch(player);
  editing = setUpEditing(player, { onChanged: () => notes.load(), redact: (segment) => redaction.open(segment) });
  player.querySelector(".call-tools").replaceChildren(search.node);
  byId("redact-open").hidden = false;
  notes.load();
});
player.addEventListener("expired", () => {
  byId("download-audio").hidden = true;
  redaction.textOnly();
});
addEventListener("hashchange", () => player.goToHash());
byId("redact-open").addEventListener("click", () => redaction.open(null));
callKeys(does);
// One menu at a time, and none once the reader is elsewhere.
addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});
addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
if (player.call) describe(player.call);
