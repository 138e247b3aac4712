// One conversation: the thread with its summary, the draft, and the context card beside them.

import { get } from "./api.js";
import { cardBody } from "./card.js";
import { conversationKeys } from "./conversation_keys.js";
import { setUpDraft } from "./draft.js";
import { keeper, leftOver } from "./draft_kept.js";
import { byId, el, known, messageCount, problem, show, t } from "./dom.js";
import { markRead } from "./read_mark.js";
import { setUpSummary } from "./summary_panel.js";
import { timeline } from "./timeline.js";

const POLL_MS = 15_000, WHOLE_EVERY = 4;
const id = byId("workbench").dataset.conversation;
const numbers = new Map(), orders = new Map();
let version = 0, subject = "", lacks = "", draft = null;

const messageName = (messageId) => t("source_message", { n: numbers.get(messageId) ?? "?" });
const orderName = (orderId) => t("source_order", { number: orders.get(orderId) ?? "?" });
const play = (seconds) => document.querySelector("call-player")?.play(seconds);
const toMessage = (messageId) => show(byId(messageId));

function toOrder(orderId) {
  const row = byId(orderId);
  const folded = row?.closest("details");
  if (folded) folded.open = true;
  show(row);
}

async function loadThread(how) {
  const conversation = await get(`/v1/conversations/${id}`, how);
  if (conversation.version === version) return;
  version = conversation.version;
  markRead(id, version);
  numbers.clear();
  for (const message of conversation.messages) numbers.set(message.id, message.seq);
  subject = conversation.subject || t(`channel_${conversation.channel}`);
  byId("subject").textContent = byId("subject").title = subject;
  document.title = `${subject} · Copilot`;
  const facts = [t(`channel_${conversation.channel}`), known(`status_${conversation.status}`, conversation.status),
    messageCount(conversation.messages.length)].join(" · ");
  // Apart from the rest: a name may turn the direction of what follows it.
  const name = conversation.customer_name;
  byId("case-facts").replaceChildren(...(name ? [el("bdi", { title: name }, name), " · "] : []), facts);
  byId("timeline").replaceChildren(...timeline(conversation.messages, play));
  byId("timeline").setAttribute("aria-busy", "false");
  if (conversation.source === "calls" && !document.querySelector("call-player")) {
    await import("./player.js");
    byId("player").append(el("call-player", { "data-call": conversation.external_id }));
  }
}

async function loadCard(fetched = null) {
  const body = byId("card");
  try {
    const card = fetched ?? await get(`/v1/conversations/${id}/context`);
    lacks = card.degraded?.length ? JSON.stringify(card.degraded) : "";
    for (const order of card.orders) orders.set(order.id, order.number);
    body.replaceChildren(cardBody(card, id, toMessage, draft.take));
    const total = card.timings_ms.total;
    byId("card-made").textContent = total === undefined ? "" : t("found_in", { ms: Math.round(total) });
  } catch (error) {
    body.replaceChildren(problem(error));
  } finally {
    body.setAttribute("aria-busy", "false");
  }
}

/** What the card lacked may be there by now; until then it stays as it is, with what is open. */
async function reloadLacking() {
  const card = await get(`/v1/conversations/${id}/context`, { quiet: true }).catch(() => null);
  if (card && JSON.stringify(card.degraded ?? []) !== lacks) await loadCard(card);
}

async function start() {
  conversationKeys();
  draft = setUpDraft(id, { toMessage, messageName, toOrder, orderName });
  try {
    await loadThread();
  } catch (error) {
    const text = error.code === "conversation_not_found" ? t("conversation_gone") : `${t("error")} ${error.message}`;
    byId("main").replaceChildren(el("section", { className: "narrow panel" },
      el("h1", {}, t("conversation")), el("p", { role: "alert" }, text), ...leftOver(keeper(id).get()?.text),
      el("p", {}, el("a", { href: "/" }, t("to_inbox")))));
    return;
  }
  if (location.hash && numbers.has(location.hash.slice(1))) toMessage(location.hash.slice(1));
  const catchUp = async () => {
    const before = version;
    await loadThread({ quiet: true }).catch(() => null);
    draft.recheck();
    if (version !== before) loadCard();
    return version !== before;
  };
  const summary = setUpSummary(id, { messageName, play, subject: () => subject, catchUp });
  await Promise.all([draft.restore(), summary.load(), loadCard()]);
  summary.follow();
  let looked = 0;
  const look = async (event) => {
    if (document.hidden) return;
    // Messages are told of as they come: between whole looks only what is not, the draft's sources.
    if (!event && summary.told() && ++looked % WHOLE_EVERY) {
      draft.recheck();
      if (lacks) reloadLacking();
      return;
    }
    const news = await catchUp();
    if (news) summary.missed();
    else if (lacks) reloadLacking();
  };
  setInterval(() => look(), POLL_MS);
  // Who comes back to the page need not wait to hear what changed meanwhile.
  document.addEventListener("visibilitychange", look);
}

start();
