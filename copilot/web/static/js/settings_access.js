// API keys, and the record of who did what.

import { post, remove } from "./api.js";
import { byId, el, known, recently, t, when } from "./dom.js";
import { panelSites } from "./settings_panel.js";
import { during, pagedTable } from "./table.js";

const SCOPES = ["conversations:read", "conversations:write", "customers:read", "customers:write", "knowledge:read",
  "knowledge:write", "calls:read", "calls:write", "drafts:read", "drafts:write", "feedback:write", "insights:read", "admin"];

export async function show(root) {
  const told = el("div", { role: "status" }), keys = el("div", { "aria-busy": "true" }), events = el("div", { "aria-busy": "true" });
  const form = el("form", { className: "panel stack", id: "new-key" },
    el("h2", {}, t("key_new")),
    el("label", {}, t("key_name"), el("input", { name: "name", required: true, maxLength: 200 })),
    el("fieldset", {}, el("legend", {}, t("key_scopes")), el("div", { className: "kinds" },
      SCOPES.map((one) => el("label", { className: "check" }, el("input", { type: "checkbox", name: "scopes", value: one }), el("span", { className: "mono" }, one))))),
    el("div", { className: "buttons" }, el("button", { className: "primary" }, t("key_make"))), told);
  root.replaceChildren(el("h2", {}, t("api_keys")), keys, form, ...panelSites(), el("h2", {}, t("audit")), events);

  const table = pagedTable(keys, {
    caption: t("api_keys"),
    empty: t("keys_empty"),
    path: (cursor) => `/v1/keys?limit=50${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`,
    columns: [
      { label: t("key_name"), cell: (one) => one.name },
      { label: t("key_scopes"), cell: (one) => el("span", { className: "mono small" }, one.scopes.join(" ")) },
      { label: t("key_used"), cell: (one) => one.last_used_at ? recently(one.last_used_at) : t("key_never") },
      { label: t("job_do"), cell: (one) => one.revoked_at ? el("span", { className: "chip" }, t("key_revoked")) : revoke(one) },
    ],
  });

  function revoke(key) {
    const button = el("button", { type: "button" }, t("key_revoke"));
    button.addEventListener("click", () => confirm(t("key_revoke_sure", { name: key.name })) && during(button, told, async () => {
      await remove(`/v1/keys/${key.id}`);
      await table.restart();
    }));
    return button;
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const fields = new FormData(form);
    during(form.querySelector("button"), told, async () => {
      const made = await post("/v1/keys", { name: fields.get("name"), scopes: fields.getAll("scopes") });
      form.reset();
      told.replaceChildren(el("div", { className: "notice" }, el("p", {}, t("key_once")),
        el("code", { className: "secret", id: "new-key-secret", tabIndex: 0 }, made.key)));
      await table.restart();
      byId("new-key-secret").focus();
    });
  });

  await Promise.all([table.restart(), pagedTable(events, {
    caption: t("audit"),
    empty: t("audit_empty"),
    path: (cursor) => `/v1/audit?limit=25${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`,
    columns: [
      { label: t("ledger_at"), cell: (one) => el("time", { dateTime: one.at, title: when(one.at) }, recently(one.at)) },
      { label: t("audit_what"), cell: (one) => known(`audit_${one.kind}`, one.kind) },
      { label: t("audit_who"), cell: (one) => one.actor_name ?? known(`actor_${one.actor_kind}`, one.actor_kind) },
      { label: t("audit_about"), cell: (one) => el("span", { className: "small muted" }, one.subject_id ?? "", " ", Object.values(one.detail).join(", ")) },
    ],
  }).restart()]);
}
