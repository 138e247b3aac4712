// <call-player data-call="…">: the recording, the transcript that follows it, and the notes.

import { get, post } from "./api.js";
import { byId, clock, el, known, madeBy, t, when } from "./dom.js";
import { summaryBody } from "./summary.js";

const UNSURE = 0.5;
const RETRY_MS = 3000;

class CallPlayer extends HTMLElement {
  connectedCallback() {
    this.begin();
  }

  begin() {
    this.start().catch((error) => this.replaceChildren(problem(`${t("error")} ${error.message}`)));
  }

  async start() {
    const call = await get(`/v1/calls/${this.dataset.call}`);
    const link = byId("to-conversation");
    if (link && call.conversation_id) {
      link.href = `/c/${call.conversation_id}`;
      link.hidden = false;
    }
    describe(call);
    this.audio = el("audio", {
      controls: true, preload: "metadata", src: `/v1/calls/${call.id}/audio`, "aria-label": t("recording"),
    });
    if (call.status === "done") return this.showResult(call);
    if (call.status === "failed" || call.status === "cancelled") return this.showFailure(call);
    return this.wait(call);
  }

  wait(call) {
    const bar = el("progress", { max: 1, value: 0, "aria-label": t("call_working") });
    this.replaceChildren(this.audio, el("p", { role: "status" }, t("call_working")), bar);
    const events = new EventSource(`/v1/jobs/${call.job_id}/events`);
    events.addEventListener("job", (event) => {
      const job = JSON.parse(event.data);
      bar.value = job.progress;
      if (["succeeded", "failed", "cancelled"].includes(job.status)) {
        events.close();
        this.begin();
      }
    });
    // A dropped line is taken up again by the browser; a refusal, as after the session, is not.
    events.addEventListener("error", () => {
      if (events.readyState === EventSource.CLOSED) setTimeout(() => this.begin(), RETRY_MS);
    });
  }

  showFailure(call) {
    const again = el("button", { type: "button" }, t("call_retry"));
    again.addEventListener("click", async () => {
      again.disabled = true;
      try {
        await post(`/v1/jobs/${call.job_id}/retry`);
        this.wait(call);
      } catch (error) {
        this.replaceChildren(this.audio, problem(`${t("error")} ${error.message}`));
      }
    });
    const why = call.status === "cancelled" ? t("status_cancelled")
      : `${t("call_failed")} ${known(`call_error_${call.error?.code}`, call.error?.detail ?? "")}`;
    this.replaceChildren(this.audio, problem(why),
      el("p", { className: "muted small" }, t("call_kept")), el("p", {}, again));
  }

  async showResult(call) {
    const transcript = await get(`/v1/calls/${call.id}/transcript`);
    const notes = await get(`/v1/calls/${call.id}/notes`).catch(() => null);
    this.rows = transcript.segments.map((segment) => this.row(segment));
    this.replaceChildren(
      this.audio,
      transcript.low_accuracy ? el("p", { className: "notice" }, t("low_accuracy")) : "",
      notes ? this.notes(notes, call) : "",
      el("section", { className: "player-part" }, el("div", { className: "panel-head" },
        el("h2", {}, t("transcript")),
        el("span", { className: "made" }, t("made_by", { engine: transcript.engine ?? call.engine }))),
      el("ol", { className: "lanes", tabIndex: 0, "aria-label": t("transcript") }, this.rows.map((row) => row.node))));
    this.audio.addEventListener("timeupdate", () => this.follow());
  }

  /** The notes; on a conversation's own page its summary says the same already. */
  notes(notes, call) {
    if (byId("summary")) return "";
    return el("section", { className: "player-part" }, el("div", { className: "panel-head" },
      el("h2", {}, t("call_notes")), el("span", { className: "made" }, madeBy(notes.engine, notes.degraded))),
    summaryBody(notes, (sentence) => this.play(sentence.start ?? 0),
      (sentence) => clock(sentence.start ?? 0), call.subject || ""));
  }

  row(segment) {
    const play = () => this.play(segment.start);
    const words = segment.words?.length && !segment.original_text
      ? segment.words.flatMap((word, place) => [place ? " " : "", this.word(word)])
      : [segment.text];
    const node = el("li", { className: segment.speaker },
      el("button", { type: "button", className: "link at", onclick: play,
        "aria-label": t("play_from", { time: clock(segment.start) }) }, clock(segment.start)),
      el("span", { className: "speaker" }, known(segment.speaker, segment.speaker)),
      el("span", { className: "words" }, words));
    return { node, start: segment.start, end: segment.end };
  }

  word(word) {
    const unsure = word.confidence !== null && word.confidence !== undefined && word.confidence < UNSURE;
    return el("span", { className: unsure ? "word unsure" : "word", onclick: () => this.play(word.start) }, word.text);
  }

  /** Play from there, where the recording is there already and this browser can play it. */
  play(seconds) {
    if (!this.audio) return;
    this.audio.currentTime = seconds;
    this.audio.play().catch(() => null);
  }

  follow() {
    const now = this.audio.currentTime;
    for (const row of this.rows) {
      const current = now >= row.start && now < row.end;
      if (current && !row.node.classList.contains("now")) {
        row.node.parentElement.scrollTo({ top: row.node.offsetTop - row.node.parentElement.offsetTop - 80 });
      }
      row.node.classList.toggle("now", current);
    }
  }
}

const problem = (text) => el("p", { className: "notice bad", role: "alert" }, text);

/** Fill the head of the call's own page; on a conversation's page there is none. */
function describe(call) {
  if (!byId("call-title")) return;
  byId("call-title").textContent = call.subject || t("call");
  document.title = `${byId("call-title").textContent} · Copilot`;
  byId("call-facts").textContent = [when(call.started_at), call.duration ? clock(call.duration) : "",
    known(`status_${call.status}`, call.status)].filter(Boolean).join(" · ");
}

customElements.define("call-player", CallPlayer);
