// The notes of a call: each sentence plays its second; an agent puts them right and approves them.

import { get, post, put } from "./api.js";
import { announce, byId, clock, el, keepFocus, madeBy, problem, t, when } from "./dom.js";
import { keeper } from "./draft_kept.js";
import { notesForm, sectionsOf } from "./notes_form.js";
import { summaryBody } from "./summary.js";

/** As many sentences as notes are made with: with another number it would be another summary. */
const MOST = 8;
const timed = (sentence) => typeof sentence.start === "number";

const hasDoubts = (notes) => notes.sections.some((section) => section.sentences.some((sentence) =>
  sentence.figures.some((figure) => figure.verdict !== "supported")));

/** Sets up the panel of the call's notes; `play(seconds)` plays from there. */
export function setUpNotes(player, play) {
  const id = player.dataset.call, path = `/v1/calls/${id}/notes`;
  const kept = keeper(`notes ${id}`);
  const body = byId("notes"), state = byId("notes-state"), message = byId("notes-message");
  const edit = byId("notes-edit"), approve = byId("notes-approve"), save = byId("notes-save"), cancel = byId("notes-cancel");
  const again = byId("notes-again"), confirm = byId("notes-confirm");
  let shown = null, form = null;

  const approvedBy = () => (shown.approved_by
    ? t("notes_approved_by", { when: when(shown.approved_at), name: shown.approved_by })
    : t("notes_approved", { when: when(shown.approved_at) }));

  function say(text, bad = false) {
    message.textContent = text;
    message.className = bad ? "notice bad" : "small";
  }

  function render() {
    byId("notes-panel").hidden = false;
    const approved = shown.approved_at !== null && shown.approved_at !== undefined;
    const [kind, text] = shown.stale ? ["pending", t("notes_stale")]
      : approved ? ["open", approvedBy()]
        : shown.message_id ? ["pending", t("notes_changed")]
          : shown.edited_at ? ["", t("notes_edited", { when: when(shown.edited_at) })] : ["", t("notes_draft")];
    state.className = `notes-state ${kind}`;
    state.textContent = text;
    byId("notes-made").replaceChildren(...madeBy(shown.engine, shown.degraded));
    if (!form) {
      const source = (one) => (timed(one) ? `▸ ${clock(one.start)}` : "");
      body.replaceChildren(summaryBody(shown, (one) => play(one.start ?? 0), source, player.call.subject || ""));
    }
    body.setAttribute("aria-busy", "false");
    const done = approved && !shown.stale && !form;
    edit.hidden = form !== null;
    save.hidden = cancel.hidden = form === null;
    // What a person wrote is theirs to change.
    again.hidden = !shown.stale || form !== null || Boolean(shown.edited_at);
    approve.hidden = done;
    approve.textContent = shown.message_id ? t("notes_approve_again") : t("notes_approve");
    byId("notes-hint").hidden = done;
    byId("notes-confirm-label").hidden = done || form !== null || !hasDoubts(shown);
    allow();
  }

  const allow = () => { approve.disabled = !byId("notes-confirm-label").hidden && !confirm.checked; };

  function open(sections) {
    form = notesForm(sections, { play, onInput: () => kept.put(form.sections({ seconds: true })) });
    body.replaceChildren(form.node);
    confirm.checked = false;
    say("");
    render();
    form.focus();
  }

  function close() {
    form = null;
    kept.put(null);
    render();
  }

  /** Send and show what came back; what could not be sent stays as it is. */
  async function send(button, work, done = null) {
    const back = keepFocus();
    button.disabled = true;
    say("");
    try {
      shown = await work();
      form = null;
      kept.put(null);
      confirm.checked = false;
      render();
      const told = done ?? (shown.approved_at ? t("notes_written") : t("notes_check"));
      say(told);
      announce(told);
    } catch (error) {
      say(`${t("error")} ${error.message}`, true);
    } finally {
      button.disabled = false;
      if (shown) allow();
      back();
    }
  }

  async function load() {
    try {
      shown = await get(path);
    } catch (error) {
      if (error.code !== "call_not_ready") {
        byId("notes-panel").hidden = false;
        body.replaceChildren(problem(error));
      }
      return;
    }
    const waiting = form ? null : kept.get();
    if (waiting) open(waiting); else render();
  }

  /** What was edited, and stale notes, are checked first: who approves sees the verdicts. */
  async function approved() {
    if (form || shown.stale) {
      const sections = form?.sections() ?? notesForm(sectionsOf(shown), {}).sections();
      const checked = await put(path, { sections });
      if (hasDoubts(checked)) return checked;
    }
    return post(`${path}/approve`, {});
  }

  edit.addEventListener("click", () => open(sectionsOf(shown)));
  cancel.addEventListener("click", () => { close(); edit.focus(); });
  confirm.addEventListener("change", allow);
  save.addEventListener("click", () => send(save, () => put(path, { sections: form.sections() }), t("notes_saved")));
  approve.addEventListener("click", () => send(approve, approved));
  again.addEventListener("click", () => send(again, async () => {
    await post(`/v1/conversations/${shown.conversation_id}/summary`, { refresh: true, max_sentences: MOST });
    return get(path);
  }, t("notes_made_again")));

  return { load };
}
