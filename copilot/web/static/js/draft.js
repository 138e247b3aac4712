// The reply draft: streamed in, checked, edited by the agent, never sent from here.

import { post, stream } from "./api.js";
import { announce, byId, el, madeBy, t } from "./dom.js";
import { marked } from "./figures.js";

/** Wire the draft panel up. `toMessage(id)` leads to a message; `messageName(id)` names it. */
export function setUpDraft(conversationId, toMessage, messageName) {
  let draft = null, busy = null;
  const view = byId("draft-view"), text = byId("draft-text"), message = byId("draft-message");

  byId("draft-options").addEventListener("submit", async (event) => {
    event.preventDefault();
    busy?.abort();
    busy = new AbortController();
    reset();
    try {
      await stream(`/v1/conversations/${conversationId}/drafts`, options(event.target), on, busy.signal);
    } catch (error) {
      if (error.name !== "AbortError") view.textContent = `${t("error")} ${error.message}`;
    } finally {
      view.setAttribute("aria-busy", "false");
    }
  });

  function options(form) {
    const fields = new FormData(form);
    const facts = fields.get("facts").split(";").map((one) => one.trim()).filter(Boolean);
    return {
      instruction: fields.get("instruction").trim() || null, facts,
      tone: fields.get("tone"), length: fields.get("length"), language: fields.get("language") || null,
    };
  }

  function reset() {
    draft = null;
    view.hidden = false;
    view.setAttribute("aria-busy", "true");
    view.textContent = t("draft_waiting");
    message.textContent = "";
    for (const id of ["draft-edit", "draft-citations", "draft-warnings", "draft-stale"]) byId(id).hidden = true;
    announce(t("draft_waiting"));
  }

  let started = false;
  function on(event, data) {
    if (event === "meta") {
      started = false;
      byId("draft-made").textContent = madeBy(data.engine, data.degraded);
    } else if (event === "delta") {
      if (!started) view.textContent = "";
      started = true;
      view.append(data.text);
    } else if (event === "error") {
      view.textContent = `${t("error")} ${data.detail}`;
    } else if (event === "done") {
      draft = data;
      render();
    }
  }

  function render() {
    view.replaceChildren(...withCitations(draft));
    text.value = draft.text;
    byId("draft-made").textContent = madeBy(draft.engine, draft.degraded);
    byId("draft-stale").hidden = !draft.stale;
    byId("draft-edit").hidden = false;
    fill("draft-warnings", draft.warnings.map((one) => el("li", {}, one.detail)));
    fill("draft-citations", draft.citations.map((one) => citation(one)));
    const doubtful = draft.figures.some((one) => one.verdict !== "supported");
    byId("draft-confirm-label").hidden = !doubtful;
    byId("draft-confirm").checked = !doubtful;
    allow();
    announce(draft.text);
  }

  function fill(id, nodes) {
    byId(id).replaceChildren(...nodes);
    byId(id).hidden = nodes.length === 0;
  }

  function citation(one) {
    if (one.passage) {
      return el("li", { id: `citation-${one.n}`, value: one.n }, el("details", {},
        el("summary", {}, one.passage.title), el("p", {}, one.passage.text)));
    }
    const name = one.message_id ? messageName(one.message_id) : t("source_order");
    return el("li", { id: `citation-${one.n}`, value: one.n }, one.message_id
      ? el("button", { type: "button", className: "link", onclick: () => toMessage(one.message_id) }, name)
      : name);
  }

  const allow = () => {
    const confirmed = byId("draft-confirm").checked;
    byId("draft-copy").disabled = !confirmed;
    byId("draft-accept").disabled = !confirmed;
  };
  byId("draft-confirm").addEventListener("change", allow);

  byId("draft-copy").addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text.value);
    } catch {
      text.select(); // no clipboard without https: the text is ready to be copied by hand
    }
    message.textContent = t("copied");
  });
  byId("draft-accept").addEventListener("click", () =>
    review(text.value === draft.text ? "accepted" : "edited"));
  byId("draft-reject").addEventListener("click", () => review("rejected"));

  async function review(action) {
    const reason = byId("draft-reason").value || null;
    const body = { action, reason: action === "rejected" ? reason : null,
      final_text: action === "rejected" ? null : text.value };
    try {
      const done = await post(`/v1/drafts/${draft.id}/review`, body);
      message.textContent = t(`review_${action}`, { percent: Math.round(done.similarity * 100) });
    } catch (error) {
      message.textContent = `${t("error")} ${error.message}`;
    }
  }

  return { moved: (version) => { if (draft) byId("draft-stale").hidden = version <= draft.conversation_version; } };
}

/** The draft's text with figures marked and a chip after each sentence that has sources. */
function withCitations(draft) {
  const nodes = [];
  const points = Array.from(draft.text);
  let at = 0;
  for (const sentence of draft.sentences) {
    const length = Array.from(sentence.text).length;
    const from = find(points, sentence.text, at);
    if (from < 0) continue;
    nodes.push(...slice(draft, points, at, from + length), ...sentence.citations.map(chip));
    at = from + length;
  }
  nodes.push(...slice(draft, points, at, points.length));
  return nodes;
}

function find(points, text, from) {
  const rest = points.slice(from).join("");
  const unit = rest.indexOf(text);
  return unit < 0 ? -1 : from + Array.from(rest.slice(0, unit)).length;
}

function slice(draft, points, start, end) {
  const inside = draft.figures.filter((one) => one.start >= start && one.end <= end)
    .map((one) => ({ ...one, start: one.start - start, end: one.end - start }));
  return marked(points.slice(start, end).join(""), inside);
}

const chip = (n) => el("a", { className: "cite", href: `#citation-${n}` }, String(n));
