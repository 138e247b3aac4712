// The sites that may show the panel, and what to put there.

import { get, put } from "./api.js";
import { el, t } from "./dom.js";
import { during } from "./table.js";

/** The section's nodes; they fill themselves. */
export function panelSites() {
  const told = el("div", { role: "status" });
  const sites = el("textarea", { name: "origins", rows: 4, spellcheck: false, placeholder: "https://desk.example" });
  const snippet = el("code", { className: "secret", tabIndex: 0 });
  const form = el("form", { className: "panel stack", id: "panel-sites" },
    el("p", { className: "small muted" }, t("panel_sites_text")),
    el("label", {}, t("panel_sites"), sites),
    el("div", { className: "buttons" }, el("button", { className: "primary" }, t("save"))), told,
    el("details", {}, el("summary", {}, t("panel_snippet")), snippet));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    during(form.querySelector("button"), told, async () => {
      const kept = await put("/v1/panel/sites", { origins: sites.value.split(/\s+/).filter(Boolean) });
      sites.value = kept.origins.join("\n");
      told.textContent = t("saved");
    });
  });
  get("/v1/panel/sites").then((kept) => { sites.value = kept.origins.join("\n"); }, (error) => { told.textContent = error.message; });
  get("/v1/me").then((me) => {
    snippet.textContent = `<script src="${location.origin}/panel/element.js"></script>\n`
      + `<copilot-panel site="${me.tenant.id}" source="…" external-id="…"></copilot-panel>`;
  }, () => {});
  return [el("h2", {}, t("panel")), form];
}
