// Taking card numbers and the like out of a call for good, after the reader has seen what goes.

import { get, post } from "./api.js";
import { announce, byId, clock, el, keepFocus, known, t } from "./dom.js";

/** The dialog; `open(segment)` for one segment, `open(null)` for what is found in the whole call. */
export function setUpRedaction(player) {
  const dialog = byId("redact"), found = byId("redact-found"), message = byId("redact-message");
  const go = byId("redact-go"), look = byId("redact-look"), sure = byId("redact-sure");
  const audio = () => dialog.querySelector("[name=redact-audio]:checked").value === "audio";
  const types = () => [...dialog.querySelectorAll("[name=redact-type]:checked")].map((one) => one.value);
  const path = `/v1/calls/${player.dataset.call}/redact`;
  let segment = null, seen = null;

  function say(text, bad = false) {
    message.textContent = text;
    message.className = bad ? "notice bad" : "small";
  }

  /** Of a turn that was chosen all goes, of the whole call only what is of the types ticked. */
  const body = () => ({
    audio: audio(), ...(segment ? { segments: [segment.n], types: [] } : { segments: null, types: types() }),
  });

  function list(places) {
    const row = player.list.row.bind(player.list);
    found.replaceChildren(...places.map((one) => el("li", {},
      el("button", { type: "button", className: "link source", onclick: () => player.play(one.start ?? row(one.n)?.segment.start ?? 0) },
        `▸ ${clock(one.start ?? row(one.n)?.segment.start ?? 0)}`),
      el("span", { className: "chip" }, known(`redacts_${one.type}`, one.type)),
      el("span", { className: "said", dir: "auto" }, row(one.n)?.segment.text ?? ""))));
    found.hidden = !places.length;
  }

  function allow() {
    go.disabled = !sure.checked;
  }

  /** What would go. Of what left the text before, the sound can still be there. */
  function ask({ found: places, redacted = [] }) {
    seen = { found: places, redacted };
    const all = audio() && !segment ? [...places, ...redacted] : places;
    list(all);
    look.hidden = true;
    byId("redact-ask").hidden = go.hidden = !all.length;
    say(all.length ? "" : t("redact_nothing"));
  }

  async function tryOut() {
    const back = keepFocus();
    look.disabled = true;
    say(t("searching"));
    try {
      // A list without types would be that of the usual ones.
      const query = new URLSearchParams(types().map((one) => ["types", one]));
      ask(types().length ? await get(`${path}?${query}`) : { found: [] });
    } catch (error) {
      say(`${t("error")} ${error.message}`, true);
    } finally {
      look.disabled = false;
      back();
    }
  }

  async function redact() {
    go.disabled = true;
    try {
      const done = await post(path, body());
      dialog.close();
      tell(audio() ? t("redacted_audio", { count: done.found.length }) : t("redacted_text", { count: done.found.length }));
      follow(done.job_id, audio());
      player.reload();
    } catch (error) {
      say(`${t("error")} ${error.message}`, true);
      allow();
    }
  }

  function tell(text) {
    byId("call-news").textContent = text;
    byId("call-news").hidden = false;
    announce(text);
  }

  /** The notes are written anew and the sound is silenced in a job: shown once they are. */
  function follow(job, silenced) {
    const events = new EventSource(`/v1/jobs/${job}/events`);
    events.addEventListener("job", (event) => {
      const { status } = JSON.parse(event.data);
      if (!["succeeded", "failed", "cancelled"].includes(status)) return;
      events.close();
      if (silenced) tell(status === "succeeded" ? t("redacted_audio_done") : t("redacted_audio_failed"));
      player.reload();
    });
    addEventListener("pagehide", () => events.close(), { once: true });
  }

  look.addEventListener("click", tryOut);
  go.addEventListener("click", redact);
  sure.addEventListener("change", allow);
  // What was shown is no longer what would go.
  byId("redact-types").addEventListener("change", begin);
  for (const one of dialog.querySelectorAll("[name=redact-audio]")) one.addEventListener("change", () => { if (seen) ask(seen); });
  byId("redact-close").addEventListener("click", () => dialog.close());

  function begin() {
    seen = null;
    sure.checked = false;
    allow();
    found.replaceChildren();
    found.hidden = byId("redact-ask").hidden = go.hidden = true;
    look.hidden = false;
    say("");
  }

  return {
    /** There is no recording any more. */
    textOnly() {
      dialog.querySelector("[value=text]").checked = true;
      dialog.querySelector("[value=audio]").disabled = true;
    },
    open(one) {
      segment = one;
      begin();
      byId("redact-what").textContent = one ? t("redact_segment") : t("redact_about");
      byId("redact-types").hidden = one !== null;
      dialog.showModal();
      if (one) ask({ found: [{ n: one.n, type: "segment", start: one.start, end: one.end }] });
    },
  };
}
