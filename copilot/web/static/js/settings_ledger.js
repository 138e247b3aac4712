// What left the building: each call of a model or speech server, and exactly what was sent.

import { get } from "./api.js";
import { el, known, problem, recently, t, when } from "./dom.js";
import { pagedTable, toggleBelow } from "./table.js";

const TASKS = ["draft", "refine", "summary", "support", "judge", "check", "transcription"];
const number = new Intl.NumberFormat(document.documentElement.lang);

export function show(root) {
  const asked = new URLSearchParams(location.search);
  const task = el("select", { name: "task", onchange: () => table.restart() },
    el("option", { value: "" }, t("all")), TASKS.map((one) => el("option", { value: one }, t(`task_${one}`))));
  const rows = el("div", { "aria-busy": "true" });
  root.replaceChildren(
    el("p", { className: "muted" }, t("ledger_told")),
    el("div", { className: "filters" }, el("label", {}, t("ledger_task"), task)), rows);
  const table = pagedTable(rows, {
    caption: t("settings_ledger"),
    empty: t("ledger_empty"),
    path: (cursor) => {
      const query = new URLSearchParams({ limit: "50" });
      if (task.value) query.set("task", task.value);
      if (asked.get("conversation_id")) query.set("conversation_id", asked.get("conversation_id"));
      if (cursor) query.set("cursor", cursor);
      return `/v1/ledger?${query}`;
    },
    columns: [
      { label: t("ledger_at"), cell: (one) => el("time", { dateTime: one.sent_at, title: when(one.sent_at) }, recently(one.sent_at)) },
      { label: t("ledger_task"), cell: (one) => t(`task_${one.task}`) },
      { label: t("ledger_to"), cell: (one) => [el("span", { className: "mono" }, one.host), el("span", { className: "sub" }, one.engine, one.local ? ` · ${t("ledger_local")}` : "")] },
      { label: t("ledger_masked"), cell: masked },
      { label: t("ledger_size"), className: "number", cell: size },
      { label: t("ledger_outcome"), cell: (one) => el("span", { className: `chip ${one.outcome === "answered" ? "open" : one.outcome === "running" ? "" : "pending"}` }, known(`outcome_${one.outcome}`, one.outcome)) },
      { label: t("ledger_about"), cell: (one) => one.call_id ? el("a", { href: `/calls/${one.call_id}` }, t("call")) : one.conversation_id ? el("a", { href: `/c/${one.conversation_id}` }, t("conversation")) : "–" },
      { label: t("ledger_sent"), cell: (one, row) => one.has_text ? sentButton(one, row, () => table.columns) : el("span", { className: "muted" }, t("ledger_not_kept")) },
    ],
  });
  return table.restart();
}

function masked({ masked: kinds, local }) {
  const some = Object.entries(kinds);
  if (!some.length) return el("span", { className: "muted" }, local ? "–" : t("ledger_nothing_masked"));
  return some.map(([kind, count]) => el("span", { className: "chip" }, `${known(`masked_${kind}`, kind)} ${count}`));
}

function size({ characters, prompt_tokens: sent, answer_tokens: got, estimated }) {
  if (sent === null) return t("ledger_characters", { count: number.format(characters) });
  const text = t("ledger_tokens", { sent: number.format(sent), got: number.format(got ?? 0) });
  return estimated ? `~${text}` : text;
}

function sentButton(entry, row, columns) {
  const button = el("button", { type: "button", className: "quiet", "aria-expanded": "false" }, t("ledger_show"));
  button.addEventListener("click", async () => {
    const content = el("div", { className: "sent", "aria-busy": "true" });
    toggleBelow(row(), columns(), button, content);
    if (button.getAttribute("aria-expanded") === "false") return;
    try {
      const { sent } = await get(`/v1/ledger/${entry.id}`);
      content.replaceChildren(...(Array.isArray(sent) ? sent.map(message) : [el("pre", {}, JSON.stringify(sent, null, 2))]));
    } catch (error) {
      content.replaceChildren(problem(error));
    }
    content.setAttribute("aria-busy", "false");
  });
  return button;
}

/** One message as it left; placeholders stand out, for they are what did not leave. */
function message({ role, content }) {
  const parts = content.split(/(\[[A-Z]{2,12}_\d{1,6}[A-Z]{0,3}\])/);
  return el("section", {}, el("h2", {}, role),
    el("pre", { tabIndex: 0 }, parts.map((part, at) => at % 2 ? el("b", { className: "placeholder" }, part) : part)));
}
