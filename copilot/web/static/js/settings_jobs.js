// Work that goes on by itself: how far it is, what failed and why, and doing it again.

import { get, post } from "./api.js";
import { el, known, recently, t, when } from "./dom.js";
import { during, pagedTable } from "./table.js";

const STATUSES = ["queued", "running", "succeeded", "failed", "cancelled"];
const EVERY_MS = 2_000;

export async function show(root) {
  const status = el("select", { onchange: () => table.restart() }, el("option", { value: "" }, t("all")),
    STATUSES.map((one) => el("option", { value: one }, t(`job_${one}`))));
  const told = el("div", { role: "status" }), rows = el("div", { "aria-busy": "true" });
  root.replaceChildren(el("div", { className: "filters" }, el("label", {}, t("status"), status)), told, rows);
  const running = new Map();
  const table = pagedTable(rows, {
    caption: t("settings_jobs"),
    empty: t("jobs_empty"),
    path: (cursor) => {
      const query = new URLSearchParams({ limit: "50" });
      if (status.value) query.set("status", status.value);
      if (cursor) query.set("cursor", cursor);
      return `/v1/jobs?${query}`;
    },
    columns: [
      { label: t("job_kind"), cell: (one) => known(`jobs_${one.kind}`, one.kind) },
      { label: t("status"), cell: (one) => state(one) },
      { label: t("job_attempts"), className: "number", cell: (one) => String(one.attempts) },
      { label: t("job_updated"), cell: (one) => el("time", { dateTime: one.updated_at, title: when(one.updated_at) }, recently(one.updated_at)) },
      { label: t("job_do"), cell: (one) => action(one) },
    ],
  });

  function state(job) {
    const node = el("div", { className: "job" });
    fill(node, job);
    if (ACTIVE.has(job.status)) running.set(job.id, node);
    return node;
  }

  function action(job) {
    const verb = ACTIVE.has(job.status) ? "cancel" : job.status === "failed" || job.status === "cancelled" ? "retry" : null;
    if (!verb) return "";
    const button = el("button", { type: "button" }, t(`job_${verb}`));
    button.addEventListener("click", () => during(button, told, async () => {
      await post(`/v1/jobs/${job.id}/${verb}`, {});
      await table.restart();
    }));
    return button;
  }

  await table.restart();
  setInterval(async () => {
    if (document.hidden) return;
    for (const [id, node] of running) {
      const job = node.isConnected ? await get(`/v1/jobs/${id}`, { quiet: true }).catch(() => null) : null;
      if (job) fill(node, job);
      if (!job || !ACTIVE.has(job.status)) running.delete(id);
    }
  }, EVERY_MS);
}

const ACTIVE = new Set(["queued", "running"]);

function fill(node, { status, progress, error }) {
  node.replaceChildren(
    el("span", { className: `chip ${status === "succeeded" ? "open" : status}` }, t(`job_${status}`)),
    ...(status === "running" ? [el("progress", { max: 1, value: progress, "aria-label": t("job_progress") })] : []),
    ...(error ? [el("span", { className: "sub" }, known(`call_error_${error.code}`, error.detail))] : []));
}
