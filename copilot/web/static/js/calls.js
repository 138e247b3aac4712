// The list of calls, and the upload.

import { upload } from "./api.js";
import { byId, clock, el, known, recently, t, when } from "./dom.js";
import { pagedRows } from "./rows.js";

function row(call) {
  return el("li", {}, el("a", { href: `/calls/${call.id}` },
    el("span", { className: "who" }, call.subject || call.external_id || t("call")),
    el("span", { className: "fact" }, call.duration ? clock(call.duration) : ""),
    el("span", { className: "fact" }, el("span", { className: `chip ${call.status}` },
      known(`status_${call.status}`, call.status))),
    el("time", { className: "fact", dateTime: call.started_at, title: when(call.started_at) },
      recently(call.started_at))));
}

pagedRows("calls", () => "/v1/calls?limit=50", row).restart();

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
    const call = await upload("/v1/calls", form, (share) => { bar.value = share; });
    message.textContent = t("upload_done");
    location.assign(`/calls/${call.id}`);
  } catch (error) {
    message.className = "notice bad";
    message.textContent = `${t("error")} ${error.message}`;
    bar.hidden = true;
    button.disabled = false;
  }
});
