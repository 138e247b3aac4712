// Whether each engine works, which one it is, and what to do where one does not.

import { get } from "./api.js";
import { el, known, t } from "./dom.js";

const EVERY_MS = 10_000;

export async function show(root) {
  const list = el("ul", { className: "engines" });
  const told = el("p", { className: "muted", role: "status" });
  const again = el("button", { type: "button", onclick: () => look() }, t("engines_again"));
  root.replaceChildren(el("div", { className: "section-head" }, told, again), list);

  async function look() {
    again.disabled = true;
    // Not ready is an answer too, with the same body.
    const state = await fetch("/ready").then((answer) => answer.json()).catch(() => null);
    again.disabled = false;
    if (!state?.engines) return void (told.textContent = t("problem_unavailable"));
    told.textContent = state.detail || t(state.ready ? "engines_ready" : "engines_not_ready");
    list.replaceChildren(...Object.entries(state.engines).map(engine));
  }

  await look();
  setInterval(() => { if (!document.hidden) look(); }, EVERY_MS);
  const usage = el("section", { className: "usage" });
  root.append(usage);
  const { drawUsage } = await import("./usage_chart.js");
  // Only who administers may see what it took.
  await get("/v1/usage", { quiet: true }).then((report) => drawUsage(usage, report)).catch(() => usage.remove());
}

function engine([name, { ready, engine: which, detail }]) {
  return el("li", { className: "panel" },
    el("div", { className: "panel-head" }, el("h2", {}, known(`engine_${name}`, name)),
      el("span", { className: `chip ${ready ? "open" : "failed"}` }, t(ready ? "engine_ready" : "engine_failed"))),
    el("p", { className: "mono" }, which),
    detail ? el("p", { className: "muted small" }, detail) : null);
}
