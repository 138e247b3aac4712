// The list of calls, search in what was said, and the upload.

import { byId, clock, el, known, languageName, recently, t, when } from "./dom.js";
import { pagedRows } from "./rows.js";
import { searchList } from "./search_list.js";
import { upload } from "./upload.js";
import { callWarnings } from "./warnings.js";

function row(call) {
  const warnings = callWarnings(call);
  if (call.low_accuracy) warnings.push(t("low_accuracy"));
  const facts = [call.language ? languageName(call.language) : "", call.engine ?? ""].filter(Boolean).join(" · ");
  return el("li", {}, el("a", { href: `/calls/${call.id}` },
    el("span", { className: "who" }, call.subject || call.external_id || t("call")),
    el("span", { className: "fact engine", title: facts }, facts),
    el("span", { className: "fact" }, call.duration ? clock(call.duration) : ""),
    el("span", { className: "fact" }, el("span", { className: `chip ${call.status}` },
      known(`status_${call.status}`, call.status)),
    warnings.length ? el("span", { className: "caution", title: warnings.join("\n") },
      el("span", { "aria-hidden": "true" }, "⚠"), el("span", { className: "visually-hidden" }, warnings.join(" "))) : null),
    el("time", { className: "fact", dateTime: call.started_at, title: when(call.started_at) },
      recently(call.started_at))));
}

const paged = pagedRows("calls", () => "/v1/calls?limit=50", row);

function hitRow(hit) {
  const at = typeof hit.start === "number";
  return el("li", {}, el("a", { href: `/calls/${hit.call_id}${at ? `#t=${hit.start}` : ""}` },
    el("span", { className: "what" }, hit.title || t("call")),
    el("span", { className: "fact" }, at ? `▸ ${clock(hit.start)}` : ""),
    el("time", { className: "fact", dateTime: hit.updated_at, title: when(hit.updated_at) }, recently(hit.updated_at)),
    el("span", { className: "text" }, hit.text)));
}

const { update } = searchList({
  list: byId("calls"), paged, empty: t("search_calls_empty"),
  ask: () => ({ kinds: ["conversation"], limit: 50 }),
  rows: (hits) => hits.filter((hit) => hit.call_id).map(hitRow),
  toggled: (searching) => { byId("upload").hidden = searching; },
});
update();

byId("upload").addEventListener("submit", async (event) => {
  event.preventDefault();
  const fields = new FormData(event.target), button = event.target.querySelector("button");
  const channel = fields.get("agent_channel");
  const metadata = {
    subject: fields.get("audio").name || null,
    language: fields.get("language") || null,
    agent_channel: channel === "" ? null : Number(channel),
  };
  const form = new FormData();
  form.append("audio", fields.get("audio"));
  form.append("metadata", JSON.stringify(metadata));
  const bar = byId("upload-progress"), message = byId("upload-message");
  bar.hidden = false;
  button.disabled = true;
  message.className = "";
  message.textContent = "";
  try {
    const call = await upload("/v1/calls", form, (share) => {
      bar.value = share;
      // Sent whole: what takes time now is reading it.
      message.textContent = share < 1 ? t("upload_percent", { percent: Math.floor(share * 100) }) : t("upload_checking");
    });
    message.textContent = t("upload_done");
    location.assign(`/calls/${call.id}`);
  } catch (error) {
    message.className = "notice bad";
    message.textContent = `${t("error")} ${error.message}`;
    bar.hidden = true;
    button.disabled = false;
  }
});
