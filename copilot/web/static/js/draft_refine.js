// Changing a draft: a wish goes out, what would change is shown, and nothing changes unseen.

import { post } from "./api.js";
import { announce, byId, el, keepFocus, sure, t } from "./dom.js";

/**
 * Wire the wishes up. `current()` is the draft, `edited()` whether the agent has changed its text,
 * `use(draft)` puts another in its place.
 */
export function setUpRefine({ current, edited, use, warning }) {
  const form = byId("draft-refine"), compare = byId("draft-compare"), told = byId("draft-refine-told");
  const undo = byId("draft-undo");
  let parent = null, asked = 0;

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const instruction = new FormData(form).get("instruction").trim();
    if (instruction) refine({ instruction });
  });
  for (const button of form.querySelectorAll("[data-action]")) {
    button.addEventListener("click", () => {
      const action = button.dataset.action;
      refine(action === "translate" ? { action, language: new FormData(form).get("language") } : { action });
    });
  }
  undo.addEventListener("click", () => {
    use(parent);
    reset();
    tell(t("refine_undone"));
    again();
  });

  async function refine(wish) {
    const draft = current(), mine = asked += 1;
    if (!draft || (edited() && !(await sure(t("refine_own"))))) return;
    const back = keepFocus();
    busy(true);
    tell(t("refine_waiting"));
    try {
      const made = await post(`/v1/drafts/${draft.id}/refine`, wish);
      if (current() === draft && mine === asked) show(draft, made);
    } catch (error) {
      if (current() === draft && mine === asked) tell(`${t("error")} ${error.message}`);
    } finally {
      if (mine === asked) {
        busy(false);
        back();
      }
    }
  }

  function show(draft, made) {
    const hindered = made.warnings.find((one) => one.code === "refine_needs_model" || one.code === "model_unavailable");
    if (made.text === draft.text) return tell(hindered ? warning(hindered) : t("refine_same"));
    const close = () => compare.replaceChildren();
    const warned = made.warnings.filter((one) => CHANGED.has(one.code));
    compare.replaceChildren(
      el("h3", { id: "draft-compare-title", tabIndex: -1 }, t("refine_compare")),
      el("p", { className: "compared" }, made.changes.flatMap(changed)),
      warned.length ? el("ul", { className: "warnings" }, warned.map((one) => el("li", {}, warning(one)))) : "",
      el("div", { className: "buttons" },
        el("button", { type: "button", className: "primary", onclick: () => {
          close();
          parent = draft;
          use(made);
          undo.hidden = false;
          form.reset();
          tell(t("refine_applied"));
          undo.focus();
        } }, t("refine_apply")),
        el("button", { type: "button", onclick: () => { close(); tell(""); again(); } }, t("refine_discard"))));
    tell("");
    announce(t("refine_compare"));
    byId("draft-compare-title").focus();
  }

  /** Where the next wish begins. */
  const again = () => byId("draft-change").querySelector("summary").focus();

  function busy(on) {
    for (const one of form.querySelectorAll("button")) one.disabled = on;
    form.setAttribute("aria-busy", String(on));
  }

  function tell(text) {
    told.textContent = text;
  }

  /** Forget what was wished: another draft is shown. */
  function reset() {
    asked += 1;
    parent = null;
    undo.hidden = true;
    compare.replaceChildren();
    busy(false);
    tell("");
  }

  return { reset };
}

const CHANGED = new Set(["figure_lost", "figure_changed", "figure_unsupported", "figure_contradicted"]);

/** One stretch of a comparison; told in words too, for those who do not see the lines. */
function changed({ kind, before, after }) {
  const gone = (text) => el("del", {}, el("span", { className: "visually-hidden" }, `${t("refine_removed")}: `), text);
  const come = (text) => el("ins", {}, el("span", { className: "visually-hidden" }, `${t("refine_added")}: `), text);
  if (kind === "kept") return [before ?? after, " "];
  return [...(before ? [gone(before), " "] : []), ...(after ? [come(after), " "] : [])];
}
