// One conversation: the thread with its summary, the draft, and the context card beside them.

import { get, post } from "./api.js";
import { cardBody } from "./card.js";
import { setUpDraft } from "./draft.js";
import { byId, clock, el, known, madeBy, show, t } from "./dom.js";
import { summaryBody } from "./summary.js";
import { timeline } from "./timeline.js";

const POLL_MS = 15_000;
const id = byId("workbench").dataset.conversation;
const numbers = new Map();
let version = 0;

const messageName = (messageId) => t("source_message", { n: numbers.get(messageId) ?? "?" });
const toMessage = (messageId) => show(byId(messageId));
const play = (seconds) => document.querySelector("call-player")?.play(seconds);

async function loadThread() {
  const conversation = await get(`/v1/conversations/${id}`);
  if (conversation.version === version) return conversation;
  version = conversation.version;
  numbers.clear();
  for (const message of conversation.messages) numbers.set(message.id, message.seq);
  byId("subject").textContent = conversation.subject ?? t(`channel_${conversation.channel}`);
  document.title = `${byId("subject").textContent} · Copilot`;
  byId("case-facts").textContent = [
    conversation.customer_name, t(`channel_${conversation.channel}`),
    known(`status_${conversation.status}`, conversation.status),
    t("messages_count", { count: conversation.messages.length }),
  ].filter(Boolean).join(" · ");
  byId("timeline").replaceChildren(...timeline(conversation.messages, play));
  byId("timeline").setAttribute("aria-busy", "false");
  if (conversation.source === "calls" && !document.querySelector("call-player")) {
    await import("./player.js");
    byId("player").append(el("call-player", { className: "panel", "data-call": conversation.external_id }));
  }
  if (location.hash) toMessage(location.hash.slice(1));
  return conversation;
}

async function loadSummary(refresh) {
  const body = byId("summary");
  body.setAttribute("aria-busy", "true");
  try {
    const summary = await post(`/v1/conversations/${id}/summary`, { refresh });
    const go = (sentence) => {
      if (sentence.start !== null && sentence.start !== undefined) play(sentence.start);
      toMessage(sentence.message_ids[0]);
    };
    const source = (sentence) => sentence.start === null || sentence.start === undefined
      ? sentence.message_ids.map(messageName).join(", ") : clock(sentence.start);
    body.replaceChildren(summaryBody(summary, go, source));
    byId("summary-made").textContent = madeBy(summary.engine, summary.degraded)
      + (summary.stale ? ` · ${t("summary_stale")}` : "");
  } catch (error) {
    body.replaceChildren(el("p", { className: "notice bad" }, `${t("error")} ${error.message}`));
  } finally {
    body.setAttribute("aria-busy", "false");
  }
}

async function loadCard() {
  const body = byId("card");
  try {
    const card = await get(`/v1/conversations/${id}/context`);
    body.replaceChildren(cardBody(card, id, toMessage));
    const total = card.timings_ms.total;
    byId("card-made").textContent = total === undefined ? "" : `${Math.round(total)} ms`;
  } catch (error) {
    body.replaceChildren(el("p", { className: "notice bad" }, `${t("error")} ${error.message}`));
  } finally {
    body.setAttribute("aria-busy", "false");
  }
}

async function start() {
  const draft = setUpDraft(id, toMessage, messageName);
  try {
    await loadThread();
  } catch (error) {
    byId("timeline").replaceChildren(el("li", { className: "notice bad" }, `${t("error")} ${error.message}`));
    return;
  }
  byId("summary-refresh").addEventListener("click", () => loadSummary(true));
  await Promise.all([loadSummary(false), loadCard()]);
  setInterval(async () => {
    if (document.hidden) return;
    const before = version;
    await loadThread().catch(() => null);
    if (version !== before) {
      draft.moved(version);
      loadSummary(false);
    }
  }, POLL_MS);
}

start();
