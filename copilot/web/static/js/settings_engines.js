// Whether each engine works, which one it is, and what to do where one does not.

import { get, post } from "./api.js";
import { el, keepFocus, known, problem, t } from "./dom.js";

const TRIED = new Set(["embedder", "reranker", "speech", "llm"]);
const tried = new Map(); // what trying an engine told, kept while the list renews itself
const EVERY_MS = 10_000;
// What /ready says in English, for whom the console speaks otherwise. Anything else is shown as it came.
const SAID = [
  [/^(?<count>\d+) passages$/, "engine_passages"],
  [/^low accuracy, English only$/, "engine_low_accuracy"],
  [/^summaries and drafts are extractive$/, "engine_no_model"],
  [/^failing: answers are extractive/, "engine_failing"],
  [/^recordings are sent to (?<host>.+)$/, "engine_sends"],
];

export async function show(root) {
  const list = el("ul", { className: "engines" });
  const told = el("p", { className: "muted", role: "status" });
  const again = el("button", { type: "button", onclick: () => look() }, t("engines_again"));
  root.replaceChildren(el("div", { className: "section-head" }, told, again), list);

  async function look() {
    const back = keepFocus();
    again.disabled = true;
    // Not ready is an answer too, with the same body.
    const state = await fetch("/ready").then((answer) => answer.json()).catch(() => null);
    again.disabled = false;
    back();
    if (!state?.engines) return void (told.textContent = t("problem_unavailable"));
    told.textContent = state.detail || t(state.ready ? "engines_ready" : "engines_not_ready");
    const focused = document.activeElement?.dataset.engine;
    list.replaceChildren(...Object.entries(state.engines).map((one) => engine(one, may)));
    list.querySelector(`[data-engine="${focused}"]`)?.focus();
  }

  // Only who administers may try one: what it costs is the team's.
  const may = await get("/v1/me", { quiet: true }).then((me) => me.scopes.includes("admin"), () => false);

  await look();
  setInterval(() => { if (!document.hidden) look(); }, EVERY_MS);
  const usage = el("section", { className: "usage" });
  root.append(usage);
  const { drawUsage } = await import("./usage_chart.js");
  // Only who administers may see what it took.
  await get("/v1/usage", { quiet: true }).then((report) => drawUsage(usage, report)).catch(() => usage.remove());
}

function engine([name, { ready, engine: which, detail }], may) {
  const told = el("div", { role: "status" }, tried.get(name) ?? "");
  return el("li", { className: "panel" },
    el("div", { className: "panel-head" }, el("h2", {}, known(`engine_${name}`, name)),
      el("span", { className: `chip ${ready ? "open" : "failed"}` }, t(ready ? "engine_ready" : "engine_failed"))),
    el("p", { className: "mono" }, which),
    detail ? el("p", { className: "muted small" }, said(detail)) : null,
    may && TRIED.has(name) ? el("button", { type: "button", "data-engine": name, "aria-label": t("engine_try_what", { engine: known(`engine_${name}`, name) }),
      onclick: ({ currentTarget }) => attempt(name, currentTarget, told) }, t("engine_try")) : null, told);
}

function said(detail) {
  const [form, key] = SAID.find(([one]) => one.test(detail)) ?? [];
  return key ? t(key, { ...detail.match(form).groups }) : detail;
}

async function attempt(name, button, told) {
  const back = keepFocus();
  button.disabled = true;
  tried.set(name, t("engine_trying"));
  told.replaceChildren(tried.get(name));
  try {
    const { ok, detail, ms } = await post(`/v1/engines/${name}/check`, {});
    const text = t(ok ? "engine_tried" : "engine_try_failed", { ms: Math.round(ms) });
    tried.set(name, [text, detail].filter(Boolean).join(" "));
    told.replaceChildren(el("p", { className: ok ? "small" : "notice bad small" }, tried.get(name)));
  } catch (error) {
    tried.delete(name);
    told.replaceChildren(problem(error));
  } finally {
    button.disabled = false;
    back();
  }
}
