// The summary beside its thread: made when the page opens, renewed by itself when messages come.

import { get, post } from "./api.js";
import { announce, byId, clock, el, keepFocus, madeBy, problem, show, t } from "./dom.js";
import { summaryBody } from "./summary.js";

// The page is there first; who only passes by need not be followed.
const FOLLOW_AFTER_MS = 2_000;

/**
 * Sets the panel up. `messageName(id)` names a message, `play(seconds)` plays the call from there,
 * `subject()` is the conversation's, `catchUp()` loads messages that came. Where the messages are
 * on another page, `away(id)` leads there.
 */
export function setUpSummary(id, { messageName, play, subject, catchUp, away = null }) {
  const body = byId("summary"), again = byId("summary-refresh"), news = byId("summary-news");
  let shown = null, stream = null, wanted = false, step = { sentence: null, at: 0 };

  const timed = (sentence) => sentence.start !== null && sentence.start !== undefined;
  const source = (sentence) => timed(sentence)
    ? clock(sentence.start) : sentence.message_ids.map(messageName).join(", ");

  /** All messages that the sentence stands on are marked; each click shows the next of them. */
  function go(sentence, button) {
    if (away) return away(sentence.message_ids[0]);
    step = { sentence, at: step.sentence === sentence ? (step.at + 1) % sentence.message_ids.length : 0 };
    for (const old of document.querySelectorAll(".stood-on")) old.classList.remove("stood-on");
    for (const old of body.querySelectorAll("[aria-pressed=true]")) old.removeAttribute("aria-pressed");
    button.setAttribute("aria-pressed", "true");
    for (const one of sentence.message_ids) byId(one)?.classList.add("stood-on");
    if (timed(sentence)) play(sentence.start);
    show(byId(sentence.message_ids[step.at]));
  }

  function tell(text) {
    if (news.textContent !== text) news.textContent = text;
    news.hidden = !text;
  }

  function render(summary) {
    // Who is reading it by keyboard stays where they are.
    const buttons = [...body.querySelectorAll("button.sentence")];
    const place = buttons.indexOf(document.activeElement);
    shown = summary;
    step = { sentence: null, at: 0 };
    for (const old of document.querySelectorAll(".stood-on")) old.classList.remove("stood-on");
    body.replaceChildren(summaryBody(summary, go, source, subject()));
    byId("summary-made").replaceChildren(...madeBy(summary.engine, summary.degraded),
      summary.left_out ? ` · ${t("summary_left_out", { count: summary.left_out })}` : "",
      summary.stale ? ` · ${t("summary_stale")}` : "");
    if (place >= 0) body.querySelectorAll("button.sentence")[place]?.focus({ preventScroll: true });
  }

  /** Whether it was made. */
  async function load(refresh = false) {
    body.setAttribute("aria-busy", "true");
    const back = keepFocus();
    again.disabled = true;
    try {
      const made = await post(`/v1/conversations/${id}/summary`, { refresh });
      // A later one may have been told of while this one was made.
      if (!shown || made.version >= shown.version) render(made);
      tell("");
      return true;
    } catch (error) {
      body.replaceChildren(problem(error));
      shown = null;
      return false;
    } finally {
      body.setAttribute("aria-busy", "false");
      again.disabled = false;
      back();
    }
  }

  async function renewed(summary) {
    if (summary.id === shown?.id) return;
    const count = shown ? summary.version - shown.version : 0;
    await catchUp();
    if (shown && shown.version > summary.version) return;
    render(summary);
    tell(summary.stale ? t("summary_renewing") : count === 1 ? t("summary_renewed_one")
      : count > 1 ? t("summary_renewed", { count }) : "");
  }

  async function stale(told) {
    await catchUp();
    if (shown && shown.version >= told.version) return;
    tell(told.on_its_way ? t("summary_renewing") : t("summary_outdated"));
  }

  // A browser keeps few connections to one host: only the page that is looked at has one.
  function follow() {
    if (stream || !wanted || document.hidden) return;
    stream = new EventSource(`/v1/conversations/${id}/summary/events`);
    stream.addEventListener("summary", (event) => renewed(JSON.parse(event.data)));
    stream.addEventListener("stale", (event) => stale(JSON.parse(event.data)));
    stream.addEventListener("gone", gone);
    stream.addEventListener("error", () => {
      if (stream?.readyState !== EventSource.CLOSED) return;
      leave();
      // Refused: it may have been deleted while nobody listened, which an EventSource does not tell.
      get(`/v1/conversations/${id}/messages?limit=1`, { quiet: true }).catch((error) => { if (error.status === 404) gone(); });
    });
  }

  /** The page stays as it is: something may be half written in it. */
  function gone() {
    if (!wanted) return;
    wanted = false;
    leave();
    body.before(el("p", { className: "notice bad", role: "alert" }, t("conversation_deleted")));
  }

  function leave() {
    stream?.close();
    stream = null;
  }

  document.addEventListener("visibilitychange", () => (document.hidden ? leave() : follow()));
  addEventListener("pagehide", leave);
  addEventListener("pageshow", follow);
  again.addEventListener("click", async () => {
    if (await load(true)) announce(t("summary_made_again"));
  });

  return {
    load,
    /** Renew it from now on when messages come. */
    follow: () => setTimeout(() => { wanted = true; follow(); }, FOLLOW_AFTER_MS),
    /** Whether messages that come are told of by themselves. */
    told: () => Boolean(shown) && stream?.readyState === EventSource.OPEN,
    /** Messages came that nobody told of: without a connection it is asked for. */
    missed: () => {
      if (stream?.readyState === EventSource.OPEN) return;
      load();
      follow();
    },
  };
}
