// The reply draft: streamed in, checked, edited by the agent, never sent from here.

import { get, post, stream } from "./api.js";
import { announce, byId, el, keepFocus, known, madeBy, sure, t, titlePath } from "./dom.js";
import { guideNodes, toldByGuide } from "./draft_guide.js";
import { keeper, leftOver } from "./draft_kept.js";
import { setUpRefine } from "./draft_refine.js";
import { draftNodes } from "./draft_text.js";
import { setUpWait } from "./draft_wait.js";
import { INTERNAL, MOVED, STALE, quoted, warning } from "./draft_warning.js";

/**
 * Wire the draft panel up. `toMessage(id)` and `toOrder(id)` lead to what is cited;
 * `messageName(id)` and `orderName(id)` name it. In another desktop `insert(text, draft)` puts the
 * text where the agent writes there.
 */
export function setUpDraft(conversationId, { toMessage, messageName, toOrder, orderName, insert = null }) {
  const kept = keeper(conversationId);
  let draft = null, busy = null, started = false, failed = false, before = null, seen = null, notice = null;
  // The figures of what the agent made of the draft, and the text that they are of.
  let checked = null, waiting = 0;
  const view = byId("draft-view"), text = byId("draft-text"), message = byId("draft-message");
  const toggle = byId("draft-toggle");
  const waiter = setUpWait({ view, stop: giveUp, waits: () => !started });
  const refining = setUpRefine({
    current: () => draft,
    edited: () => text.value !== plain(draft.text),
    use: (made) => {
      edit(false);
      message.textContent = "";
      render(made, made.text);
      keep();
    },
    warning,
  });

  byId("draft-options").addEventListener("submit", async (event) => {
    event.preventDefault();
    if (draft && text.value !== plain(draft.text) && !(await sure(t("draft_replace")))) return;
    busy?.abort();
    const mine = busy = new AbortController();
    reset();
    waiter.begin();
    try {
      await stream(`/v1/conversations/${conversationId}/drafts`, options(event.target), on, mine.signal);
      if (!draft && !failed) fail(t("draft_broken"));
    } catch (error) {
      if (error.name !== "AbortError") fail(error.message);
    } finally {
      if (mine === busy) done();
    }
  });

  function done() {
    busy = null;
    view.setAttribute("aria-busy", "false");
    waiter.end();
  }

  function giveUp() {
    busy?.abort();
    done();
    view.hidden = !before;
    byId("draft-made").replaceChildren();
    if (before) render(before.draft, before.text);
    announce(t("draft_stopped"));
    byId("draft-button").focus();
  }

  byId("draft-own").addEventListener("click", async () => {
    if (draft && text.value !== plain(draft.text) && !(await sure(t("draft_replace")))) return;
    await begin().then(() => edit(true), (error) => fail(error.message));
  });

  /** A reply that the agent writes: empty, but checked and cited like any other. */
  async function begin() {
    busy?.abort();
    reset();
    done();
    const made = await post(`/v1/conversations/${conversationId}/drafts/own`);
    before = null;
    render(made, "");
    keep();
  }

  /** Put something of the card into the reply, with its source; without a draft, into an own one. */
  async function take(wish, button) {
    if (view.getAttribute("aria-busy") === "true") return announce(t("draft_waiting"));
    const back = keepFocus();
    button.disabled = true;
    try {
      if (!draft) await begin();
      const asked = draft;
      const made = await post(`/v1/drafts/${asked.id}/insertions`, wish);
      if (draft !== asked) return;
      const { citations, inserted, warnings, stale } = made.draft;
      Object.assign(draft, { citations, inserted, warnings, stale });
      write(made.text);
      sources();
      tell();
      confirmBefore("draft-confirm-internal", warnings.some((one) => INTERNAL.has(one.code)));
      allow();
      announce(t("inserted", { n: made.citation.n }));
    } catch (error) {
      if (draft) message.textContent = `${t("error")} ${error.message}`;
      else fail(error.message);
    } finally {
      button.disabled = false;
      back();
    }
  }

  /** Where the agent is writing, else before the closing. */
  function write(words) {
    const value = text.value, writing = !byId("draft-editor").hidden;
    const closing = draft.engine === OWN ? -1 : value.lastIndexOf("\n\n");
    const at = writing ? text.selectionEnd : closing > 0 ? closing : value.length;
    const ahead = !at ? "" : closing === at && !writing ? "\n\n" : /\s$/.test(value.slice(0, at)) ? "" : " ";
    const behind = /^\S/.test(value.slice(at)) ? " " : "";
    edit(true);
    text.setRangeText(ahead + words + behind, at, at, "end");
    text.setSelectionRange(at + ahead.length, at + ahead.length + words.length);
    keep();
    check();
  }

  function options(form) {
    const fields = new FormData(form);
    const facts = fields.get("facts").split(";").map((one) => one.trim()).filter(Boolean);
    return {
      instruction: fields.get("instruction").trim() || null, facts,
      tone: fields.get("tone"), length: fields.get("length"), language: fields.get("language") || null,
      use_internal: fields.has("use_internal"),
    };
  }

  function reset() {
    if (draft) before = { draft, text: text.value };
    draft = notice = null;
    failed = false;
    edit(false);
    view.hidden = false;
    view.setAttribute("aria-busy", "true");
    message.textContent = "";
    for (const id of PARTS) byId(id).hidden = true;
    refining.reset();
    wait();
  }

  function wait() {
    started = false;
    view.textContent = t("draft_waiting");
    announce(t("draft_waiting"));
  }

  function fail(detail) {
    failed = true;
    notice = el("p", { className: "notice bad", role: "alert" }, `${t("error")} ${detail}`);
    if (before) render(before.draft, before.text);
    else view.replaceChildren(notice);
  }

  function on(event, data) {
    if (event === "meta") {
      wait(); // a second one takes back what a broken model wrote
      byId("draft-made").replaceChildren(...madeBy(data.engine, data.degraded));
    } else if (event === "delta") {
      if (!started) view.textContent = "";
      started = true;
      view.append(data.text);
    } else if (event === "error") {
      fail(known(`problem_${data.code}`, data.detail));
    } else if (event === "done") {
      before = null;
      render(data, data.text);
      keep();
      announce(t("draft_ready"));
    }
  }

  function keep() {
    kept.put({ id: draft.id, text: text.value, told: message.textContent });
  }
  text.addEventListener("input", () => {
    keep();
    clearTimeout(waiting);
    waiting = setTimeout(check, CHECK_MS);
    allow();
  });

  /** Look the figures of an edited text up; the next text asks anew. */
  async function check() {
    const asked = draft, written = text.value;
    clearTimeout(waiting);
    if (!asked || written === plain(asked.text)) {
      checked = null;
    } else if (checked?.text !== written) {
      const found = await post(`/v1/drafts/${asked.id}/check`, { text: written }, { quiet: true }).catch(() => null);
      if (draft !== asked || text.value !== written) return;
      checked = found && { text: written, ...found };
    }
    confirmFigures();
    if (byId("draft-editor").hidden) show();
    allow();
  }

  // What went wrong stays above the text that is there again, until something else is tried.
  const show = () => view.replaceChildren(...(notice ? [notice] : []), ...draftNodes(draft, shown(), edits()?.figures));
  /** What was found in the text as it is now; null where it is as drafted, or not looked up yet. */
  const edits = () => (checked && checked.text === text.value ? checked : null);

  function confirmFigures() {
    const what = doubtful().join("; ");
    if (byId("draft-confirm-what").textContent === what) return;
    byId("draft-confirm-what").textContent = what;
    confirmBefore("draft-confirm", what !== "");
  }

  /** What was there before the page was loaded again. */
  async function restore() {
    const last = kept.get();
    if (!last) return;
    const found = await get(`/v1/drafts/${last.id}`, { quiet: true }).catch(() => null);
    if (draft || busy) return;
    view.hidden = false;
    if (!found) return view.replaceChildren(...leftOver(last.text));
    render(found, last.text);
    message.textContent = last.told;
  }

  function render(made, written) {
    draft = made;
    text.value = written;
    show();
    byId("draft-made").replaceChildren(...madeBy(draft.engine, draft.degraded));
    tell();
    byId("draft-guide").replaceChildren(...guideNodes(draft));
    byId("draft-guide").hidden = !byId("draft-guide").hasChildNodes();
    byId("draft-edit").hidden = false;
    // What nobody drafted is not to be changed by a wish, and not to be thrown back.
    byId("draft-after").hidden = byId("draft-change").hidden = draft.engine === OWN;
    seen = null;
    seeBefore();
    sources();
    byId("draft-confirm-what").textContent = doubtful().join("; ");
    confirmBefore("draft-confirm", doubtful().length > 0);
    check();
    confirmBefore("draft-confirm-internal", draft.warnings.some((one) => INTERNAL.has(one.code)));
    allow();
  }

  /** What to look at before sending; the page asks for it again while the draft is open. */
  function tell() {
    const sources = draft.warnings.some((one) => MOVED.has(one.code));
    const messages = !sources || draft.warnings.some((one) => one.code === "thread_moved");
    byId("draft-stale").textContent = [messages && t("draft_stale"), sources && t("draft_source_moved")].filter(Boolean).join(" ");
    byId("draft-stale").hidden = !draft.stale;
    // That messages came is what the notice says; which article changed is not.
    const elsewhere = toldByGuide(draft);
    if (draft.stale) elsewhere.add("thread_moved");
    // That a sentence has lost its source matters no more where it is told to have none.
    const bare = new Set(draft.warnings.filter((one) => one.code === "claim_without_source").map(quoted));
    const rest = draft.warnings.filter((one) => !elsewhere.has(one.code)
      && !(one.code === "citation_dropped" && bare.has(quoted(one))));
    byId("draft-warnings").replaceChildren(...rest.map((one) => el("li", {}, warning(one))));
    byId("draft-warnings").hidden = rest.length === 0;
  }

  /** Whether messages came or cited articles changed since; what is written stays. */
  async function recheck() {
    const asked = draft;
    if (!asked) return;
    const now = await get(`/v1/drafts/${asked.id}`, { quiet: true }).catch(() => null);
    if (!now || draft !== asked) return;
    Object.assign(draft, { stale: now.stale, warnings: now.warnings });
    tell();
    seeBefore();
    allow();
  }

  /** Asks anew whenever something else has changed than what the agent said to have seen. */
  function seeBefore() {
    const changed = JSON.stringify(draft.stale && draft.warnings.filter((one) => STALE.has(one.code)));
    if (changed !== seen) confirmBefore("draft-confirm-stale", draft.stale);
    seen = changed;
  }

  /** What the service wants to have confirmed, as it stands in the draft. */
  const doubtful = () => edits()?.to_confirm ?? draft.to_confirm
    ?? draft.figures.filter((one) => one.verdict !== "supported").map((one) => one.text);

  function confirmBefore(id, needed) {
    byId(`${id}-label`).hidden = !needed;
    byId(id).checked = !needed;
  }

  /** The text as it is now; a text field makes all line ends alike, which is no edit. */
  const shown = () => text.value === plain(draft.text) ? draft.text : text.value;

  function sources() {
    byId("draft-citations").replaceChildren(...draft.citations.map(citation));
    byId("draft-sources").hidden = draft.citations.length === 0;
  }

  function citation(one) {
    const mark = one.visibility === "internal" ? [" ", el("span", { className: "chip pending" }, t("internal_article"))] : [];
    const lead = (name, go) => el("button", { type: "button", className: "link", onclick: go }, name);
    return el("li", { id: `citation-${one.n}` }, el("span", { className: "number" }, String(one.n)),
      one.passage
        ? el("details", {}, el("summary", {}, titlePath(one.passage.title), ...mark),
          el("p", { className: "passage" }, one.passage.text))
        : one.conversation_id && one.conversation_id !== conversationId
          ? el("span", {}, el("a", { href: `/c/${one.conversation_id}${one.message_id ? `#${one.message_id}` : ""}` }, t("source_earlier")), ...mark)
          : one.message_id ? el("span", {}, lead(messageName(one.message_id), () => toMessage(one.message_id)), ...mark)
          : lead(one.order_number ? t("source_order", { number: one.order_number }) : orderName(one.order_id),
            () => toOrder(one.order_id)));
  }

  function edit(on) {
    byId("draft-editor").hidden = !on;
    view.hidden = on;
    toggle.textContent = on ? t("edit_done") : t("edit");
    if (on) text.focus();
    else if (draft) {
      show();
      check();
    }
  }
  toggle.addEventListener("click", () => edit(byId("draft-editor").hidden));
  text.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    edit(false);
    toggle.focus();
  });

  const allow = () => {
    const confirmed = CONFIRMS.every((id) => byId(id).checked);
    byId("draft-copy").disabled = byId("draft-insert").disabled = byId("draft-accept").disabled = !confirmed || !text.value.trim();
  };
  for (const id of CONFIRMS) byId(id).addEventListener("change", allow);

  byId("draft-copy").addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text.value);
      message.textContent = t("copied");
    } catch {
      edit(true);
      text.select(); // no clipboard without https: the text is ready to be copied by hand
      message.textContent = t("copy_by_hand");
    }
  });
  const into = byId("draft-insert");
  into.hidden = !insert;
  into.addEventListener("click", () => insert(text.value, draft));

  byId("draft-accept").addEventListener("click", () =>
    review(shown() === draft.text ? "accepted" : "edited"));
  byId("draft-reject").addEventListener("click", () => review("rejected"));

  async function review(action) {
    const reason = byId("draft-reason").value || null, reviewed = draft;
    const body = { action, reason: action === "rejected" ? reason : null,
      final_text: action === "rejected" ? null : shown(),
      // The boxes are checked where there is something to check, or accepting is not possible.
      seen_stale: draft.stale, confirmed: doubtful() };
    const back = keepFocus();
    byId("draft-accept").disabled = byId("draft-reject").disabled = true; // two clicks are one
    let told;
    try {
      const done = await post(`/v1/drafts/${draft.id}/review`, body);
      told = reviewed.engine === OWN ? t("review_own") : t(`review_${action}`, { percent: Math.round(done.similarity * 100) });
      const unsupported = action === "edited" ? done.unsupported_figures.map((one) => one.text) : [];
      if (unsupported.length) told += ` ${t("review_unsupported", { figures: unsupported.join("; ") })}`;
    } catch (error) {
      told = `${t("error")} ${error.message}`;
      if (error.code === "draft_stale" && draft === reviewed) await recheck();
    }
    byId("draft-reject").disabled = false;
    allow();
    back();
    if (draft !== reviewed) return;
    notice?.remove();
    notice = null;
    message.textContent = told;
    keep();
  }

  return { restore, recheck, take };
}

const OWN = "agent";

const PARTS = ["draft-edit", "draft-change", "draft-after", "draft-sources", "draft-warnings", "draft-stale", "draft-guide"];
const CONFIRMS = ["draft-confirm", "draft-confirm-internal", "draft-confirm-stale"];
const CHECK_MS = 700;
const plain = (text) => text.replace(/\r\n?/g, "\n");
