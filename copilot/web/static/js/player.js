// <call-player data-call="…">: the recording, the transcript that follows it, and the notes.

import { get, post } from "./api.js";
import { byId, clock, el, known, t } from "./dom.js";
import { summaryBody } from "./summary.js";

const UNSURE = 0.5;

class CallPlayer extends HTMLElement {
  connectedCallback() {
    this.start().catch((error) => this.replaceChildren(problem(`${t("error")} ${error.message}`)));
  }

  async start() {
    const call = await get(`/v1/calls/${this.dataset.call}`);
    const link = byId("to-conversation");
    if (link && call.conversation_id) {
      link.href = `/c/${call.conversation_id}`;
      link.hidden = false;
    }
    this.audio = el("audio", {
      controls: true, preload: "metadata", src: `/v1/calls/${call.id}/audio`, "aria-label": t("recording"),
    });
    if (call.status === "done") return this.showResult(call);
    if (call.status === "failed" || call.status === "cancelled") return this.showFailure(call);
    return this.wait(call);
  }

  wait(call) {
    const bar = el("progress", { max: 1, value: call.progress ?? 0, "aria-label": t("call_working") });
    this.replaceChildren(this.audio, el("p", { role: "status" }, t("call_working")), bar);
    const events = new EventSource(`/v1/jobs/${call.job_id}/events`);
    events.addEventListener("job", (event) => {
      const job = JSON.parse(event.data);
      bar.value = job.progress;
      if (["succeeded", "failed", "cancelled"].includes(job.status)) {
        events.close();
        this.start();
      }
    });
  }

  showFailure(call) {
    const again = el("button", { type: "button" }, t("call_retry"));
    again.addEventListener("click", async () => {
      await post(`/v1/jobs/${call.job_id}/retry`);
      this.start();
    });
    this.replaceChildren(
      this.audio, problem(`${t("call_failed")} ${call.error?.detail ?? ""}`),
      el("p", { className: "muted" }, t("call_kept")), el("p", {}, again));
  }

  async showResult(call) {
    const transcript = await get(`/v1/calls/${call.id}/transcript`);
    const notes = await get(`/v1/calls/${call.id}/notes`).catch(() => null);
    this.rows = transcript.segments.map((segment) => this.row(segment));
    this.replaceChildren(
      this.audio,
      transcript.low_accuracy ? el("p", { className: "notice" }, t("low_accuracy")) : "",
      el("div", { className: "panel-head" }, el("h2", {}, t("transcript")),
        el("span", { className: "made" }, t("made_by", { engine: transcript.engine ?? call.engine }))),
      el("ol", { className: "lanes" }, this.rows.map((row) => row.node)),
      notes ? el("div", {}, el("h2", {}, t("call_notes")),
        summaryBody(notes, (sentence) => this.play(sentence.start ?? 0), (sentence) =>
          sentence.start === null ? "" : clock(sentence.start))) : "");
    this.audio.addEventListener("timeupdate", () => this.follow());
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

  play(seconds) {
    this.audio.currentTime = seconds;
    this.audio.play();
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

customElements.define("call-player", CallPlayer);
