// <call-player data-call="…">: the recording with the transcript that follows it.

import { get } from "./api.js";
import { el, known, problem, t } from "./dom.js";
import { failed, waiting } from "./call_state.js";
import { playerBar } from "./player_bar.js";
import { corrected, UNSURE } from "./segment_text.js";
import { transcriptList } from "./transcript.js";

/**
 * Tells of `call` (the call as it is, in `detail`) whenever it was read, and of `heard` once the
 * transcript is shown. On a conversation's page it is small and leads to the call's own.
 */
class CallPlayer extends HTMLElement {
  connectedCallback() {
    this.whole = this.hasAttribute("data-whole");
    this.begin();
  }

  begin(at = null) {
    this.start(at).catch((error) => this.replaceChildren(el("div", { className: "call-bar" }, problem(error))));
  }

  async start(at) {
    const call = this.call = await get(`/v1/calls/${this.dataset.call}`);
    this.tell("call");
    if (call.status === "done") return this.showResult(call, at);
    const again = () => this.begin();
    const state = ["failed", "cancelled"].includes(call.status) ? failed(call, again) : waiting(call, again);
    // Without a text it can be heard all the same.
    this.bar = playerBar(call, [], { onMove: () => null, onFault: () => this.sayLost() });
    this.place = el("div", { className: "call-bar panel" }, state, this.bar.node);
    return this.replaceChildren(this.place);
  }

  async showResult(call, at) {
    this.transcript = await get(`/v1/calls/${call.id}/transcript`);
    const { segments } = this.transcript;
    this.list = transcriptList(segments, {
      play: (seconds) => this.bar.play(seconds), onStray: (away) => { back.hidden = !away; },
    });
    this.place = el("div", { className: "call-bar panel" });
    this.bar = playerBar({ ...call, duration: call.duration || this.transcript.duration }, segments, {
      onMove: (seconds, jump) => this.list.mark(seconds, { jump }),
      onFault: () => this.sayLost(),
    });
    const back = el("button", { type: "button", className: "follow", hidden: true, onclick: () => this.list.follow() }, t("follow_again"));
    this.legend = el("p", { className: "legend" });
    this.place.append(this.bar.node);
    this.replaceChildren(
      this.place,
      el("section", { className: "call-text panel", "aria-labelledby": "transcript-title" },
        el("div", { className: "panel-head" }, el("h2", { id: "transcript-title" }, t("transcript")),
          this.whole ? null : el("a", { href: `/calls/${call.id}`, className: "small" }, t("open_call")),
          el("span", { className: "made" }, t("made_by", { engine: this.transcript.engine ?? call.engine }))),
        this.transcript.low_accuracy ? el("p", { className: "notice" }, t("low_accuracy")) : null,
        el("div", { className: "call-tools" }), this.legend,
        segments.length ? this.list.node : el("p", { className: "muted" }, t("nothing_said")), back));
    this.showLegend();
    this.tell("heard");
    if (at !== null) this.bar.seek(at);
    else if (this.whole) this.goToHash();
  }

  tell(name) {
    this.dispatchEvent(new CustomEvent(name, { detail: this.call }));
  }

  /** What the marks in the text mean, where there are any. */
  showLegend() {
    const segments = this.list.rows().map((row) => row.segment);
    const unsure = segments.some((one) => !corrected(one) && one.words?.some((word) => typeof word.confidence === "number" && word.confidence < UNSURE));
    const parts = [
      unsure ? [el("span", { className: "unsure" }, t("legend_word")), ` ${t("legend_unsure")}`] : null,
      segments.some((one) => one.figures?.length) ? [el("span", { className: "written" }, "12.50"), ` ${t("legend_written")}`] : null,
      segments.some(corrected) ? [el("span", { className: "was-sign" }), t("legend_corrected")] : null,
    ].filter(Boolean);
    this.legend.replaceChildren(...parts.map((part) => el("span", {}, part)));
    this.legend.hidden = !parts.length;
  }

  /** `#t=83.2` in the address is that second. */
  goToHash() {
    const match = /^#t=(\d+(?:\.\d+)?)$/.exec(location.hash);
    if (match) this.bar?.seek(Number(match[1]));
  }

  async sayLost() {
    const { place } = this;
    let code = "recording_expired";
    if (!this.call.audio_expired_at) {
      // Asked for, so that a recording that is gone is told from one that this browser cannot play.
      const there = await fetch(this.bar.audio.src, { headers: { Range: "bytes=0-0" } }).catch(() => null);
      code = there?.ok ? "unplayable" : (await there?.json().catch(() => null))?.code ?? "unavailable";
    }
    place.prepend(el("p", { className: "notice", role: "status" },
      known(`recording_${code.replace("recording_", "")}`, t("recording_gone"))));
    if (code === "recording_expired") this.tell("expired");
  }

  /** Play from there, where the recording is there already and this browser can play it. */
  play(seconds) {
    this.bar?.play(seconds);
  }

  /** A segment was changed: show it. */
  changed(segment) {
    this.list.replace(segment);
    this.showLegend();
  }

  /** Read everything anew, where the recording or the text is another one now. */
  reload() {
    this.begin(this.bar?.at() ?? null);
  }
}

customElements.define("call-player", CallPlayer);
