// The controls of a recording: play, steps, speed, volume, and the drawing of who spoke when.

import { clock, el, t } from "./dom.js";
import { strip } from "./strip.js";

const SPEEDS = [1, 1.25, 1.5, 2];
const STEP_S = 5;
const WATCH_MS = 80;
const KEY = "call speed";
const PLAY = "M7 4.5v15l13-7.5z", PAUSE = "M6 5h4.5v14H6zM13.5 5H18v14h-4.5z";

function icon(path) {
  const shape = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  shape.setAttribute("viewBox", "0 0 24 24");
  shape.setAttribute("aria-hidden", "true");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  line.setAttribute("d", path);
  line.setAttribute("fill", "currentColor");
  shape.append(line);
  return shape;
}

/** Seconds with the reader's decimal mark. */
const times = (speed) => `${speed.toLocaleString(document.documentElement.lang)}×`;

/**
 * The bar for `call` and its `segments`. `onMove(seconds, jump)` hears where the recording is;
 * `onFault()` that this browser cannot play it.
 */
export function playerBar(call, segments, { onMove, onFault }) {
  const audio = el("audio", { preload: "metadata", "aria-label": t("recording") });
  if (!call.audio_expired_at) audio.src = `/v1/calls/${call.id}/audio`;
  const length = call.duration || 0;
  let place = 0, lost = false;

  const toggle = el("button", { type: "button", className: "primary round" });
  const shown = el("span", { className: "player-time" });
  const drawn = strip(segments, length, (seconds) => seek(seconds));

  function moved(jump = false) {
    if (!lost) place = audio.currentTime || (jump ? place : 0);
    shown.textContent = `${clock(place)} / ${clock(length)}`;
    drawn.move(place);
    onMove(place, jump);
  }

  /** Go there; it plays on if it did. */
  function seek(seconds) {
    place = Math.min(Math.max(0, seconds), Math.max(0, length - 0.05));
    if (!lost) audio.currentTime = place;
    shown.textContent = `${clock(place)} / ${clock(length)}`;
    drawn.move(place);
    onMove(place, true);
  }

  function play(seconds = null) {
    if (seconds !== null) seek(seconds);
    if (!lost) audio.play().catch(() => null);
  }

  const flip = () => (audio.paused ? play() : audio.pause());

  function showState() {
    toggle.replaceChildren(icon(audio.paused ? PLAY : PAUSE));
    toggle.setAttribute("aria-label", audio.paused ? t("play") : t("pause"));
    toggle.title = `${audio.paused ? t("play") : t("pause")} (${t("key_space")})`;
  }

  const speeds = SPEEDS.map((speed) => el("button", {
    type: "button", className: "quiet", onclick: () => setSpeed(speed), "aria-label": t("speed_n", { speed: times(speed) }),
  }, times(speed)));

  function setSpeed(speed) {
    audio.playbackRate = audio.defaultPlaybackRate = speed;
    localStorage.setItem(KEY, String(speed));
    speeds.forEach((button, one) => button.setAttribute("aria-pressed", String(SPEEDS[one] === speed)));
  }

  const step = (seconds, label) => el("button", {
    type: "button", className: "quiet", "aria-label": label, title: label, onclick: () => seek(place + seconds),
  }, seconds < 0 ? `−${STEP_S} s` : `+${STEP_S} s`);

  const volume = el("input", { type: "range", min: 0, max: 1, step: 0.05, value: 1, "aria-label": t("volume") });
  volume.addEventListener("input", () => { audio.volume = Number(volume.value); });
  toggle.addEventListener("click", flip);
  for (const event of ["play", "pause", "ended"]) audio.addEventListener(event, showState);
  audio.addEventListener("timeupdate", () => moved());
  audio.addEventListener("error", lose);

  /** What is not there cannot be heard; the drawing and the text lead to each other all the same. */
  function lose() {
    lost = true;
    for (const one of node.querySelectorAll(".player-controls button, .player-controls input")) one.disabled = true;
    onFault();
  }

  // The browser tells four times a second: too coarse for words.
  let watch = 0;
  audio.addEventListener("play", () => {
    clearInterval(watch);
    watch = setInterval(() => (audio.paused ? clearInterval(watch) : moved()), WATCH_MS);
  });

  const node = el("div", { className: "player-bar" }, audio,
    el("div", { className: "player-controls" }, toggle,
      step(-STEP_S, t("back_seconds", { n: STEP_S })), step(STEP_S, t("on_seconds", { n: STEP_S })), shown,
      el("div", { className: "speeds", role: "group", "aria-label": t("speed") }, speeds),
      el("label", { className: "volume", title: t("volume") }, volume)),
    drawn.node);
  const stored = Number(localStorage.getItem(KEY));
  setSpeed(SPEEDS.includes(stored) ? stored : 1);
  showState();
  if (call.audio_expired_at) lose();
  drawn.move(0);
  shown.textContent = `${clock(0)} / ${clock(length)}`;
  return {
    node, audio, play, seek, flip, setSpeed,
    at: () => place,
    step: (seconds) => seek(place + seconds),
    faster: (by) => setSpeed(SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, SPEEDS.indexOf(audio.playbackRate) + by))]),
    hits: drawn.hits,
  };
}
