// The context card: what the agent should know now, each thing linked to its source.

import { el, known, lacking, money, onDay, t, titlePath } from "./dom.js";
import { icon } from "./icons.js";

/**
 * The card's body; `toMessage(id)` leads to a message of conversation `conversationId`. With
 * `take(source)` each thing has a button that puts it into the reply.
 */
export function cardBody(card, conversationId, toMessage, take = null) {
  const lead = (item) => item.conversation_id && item.conversation_id !== conversationId
    ? el("a", { className: "lead", href: `/c/${item.conversation_id}#${item.message_id}` }, item.text)
    : el("button", { type: "button", className: "link", onclick: () => toMessage(item.message_id) }, item.text);
  const said = (one) => ({ message_id: one.message_id, text: one.text });
  const list = (key, items, shown, row, source, id) => section(key, items, shown, (one) =>
    taking(row(one), take && source(one), take), id);
  const parts = [
    who(card.customer),
    list("promised", card.promised, 4, (one) =>
      [lead(one), promise(one)], said),
    list("orders", card.orders, 2, order, (one) => ({ order_id: one.id, name: one.number }), (one) => one.id),
    list("already_told", card.already_told, 3, (one) =>
      [lead(one), sub([one.channel && t(`channel_${one.channel}`), onDay(one.said_at)].filter(Boolean).join(" · "))], said),
    list("past_contacts", card.past_conversations, 3, (one) =>
      [el("a", { href: `/c/${one.id}` }, one.headline || one.subject || t("conversation")),
        sub([t(`channel_${one.channel}`), onDay(one.last_message_at),
          known(`status_${one.status}`, one.status)].filter(Boolean).join(" · "))],
    (one) => one.headline && { similar_id: one.id, text: one.headline }),
    list("articles", card.articles, 3, passage, (one) => ({ passage_id: one.id, name: one.title })),
    list("similar", card.similar_conversations, 3, (one) =>
      [el("a", { href: `/c/${one.id}` }, one.subject || t("conversation")), sub(one.resolution)],
    (one) => one.resolution && { similar_id: one.id, text: one.resolution }),
  ].filter(Boolean);
  const told = lacks(card.degraded ?? []);
  if (!parts.length && !told.length) return el("p", { className: "muted" }, t("card_empty"));
  return el("div", {}, told, parts.flat());
}

const PART_NAMES = { query: "search", past_conversations: "past_contacts", similar_conversations: "similar" };

/** One line for each reason: which parts are not whole, and why. */
function lacks(degraded) {
  const reasons = [...new Set(degraded.map((one) => one.reason))];
  return reasons.map((reason) => lacking(
    degraded.filter((one) => one.reason === reason).map(({ part }) => t(PART_NAMES[part] ?? part)), reason));
}

/** When it is due, or was, or when it was said; and who promised, whose name may turn the line. */
function promise(one) {
  const date = onDay(one.due ?? one.said_at);
  const day = one.overdue ? t("was_due", { date }) : one.due ? t("due", { date }) : date;
  return el("span", { className: "sub" },
    one.overdue ? [el("span", { className: "chip overdue" }, t("overdue")), " "] : null, day,
    one.by ? [" · ", el("bdi", {}, t("promised_by", { name: one.by }))] : null);
}

const sub = (text) => el("span", { className: "sub" }, text ?? "");

function who(customer) {
  if (!customer) return null;
  const reach = customer.addresses.filter((one) => one.kind !== "external").map((one) => one.value);
  return [el("div", { className: "card-who" }, customer.name || t("customer")), sub(reach.join(" · "))];
}

/** `nodes` with the button that takes them into the reply; `source.name` is what it is called. */
function taking(nodes, source, take) {
  if (!source) return nodes;
  const { name, ...wish } = source;
  const what = (name ?? wish.text).slice(0, 80);
  return el("div", { className: "takable" }, el("div", {}, nodes), el("button", {
    type: "button", className: "quiet take", title: t("insert_this"), "aria-label": t("insert_what", { what }),
    onclick: ({ currentTarget }) => take(wish, currentTarget),
  }, icon("insert")));
}

/** A heading and the first `shown` of `items`; the others are one click away. */
function section(key, items, shown, row, id = () => null) {
  if (!items.length) return null;
  const rows = (some) => el("ul", { className: "card-list" },
    some.map((one) => el("li", { id: id(one) }, row(one))));
  const rest = items.slice(shown);
  return [el("h3", {}, t(key)), rows(items.slice(0, shown)), rest.length
    ? el("details", { className: "rest" }, el("summary", {}, t("more_of_these", { count: rest.length })), rows(rest))
    : null];
}

/** A status as the shop wrote it, in the reader's words where it is a usual one. */
const status = (value) => known(`order_${value}`, value.replaceAll("_", " "));

function order(one) {
  const parcels = one.tracking.map((parcel) => {
    const name = [parcel.carrier, parcel.number].filter(Boolean).join(" ") || t("tracking");
    const state = [parcel.status && status(parcel.status), onDay(parcel.eta)].filter(Boolean).join(" · ");
    return el("span", { className: "sub" }, linked(parcel.url, name), state ? ` · ${state}` : "");
  });
  return [
    el("div", { className: "order" }, el("strong", {}, one.number),
      el("span", { className: `chip ${one.status}` }, status(one.status)),
      el("span", { className: "sum" }, money(one.total))),
    sub(onDay(one.placed_at)),
    el("ul", { className: "order-items" }, one.items.map((item) => el("li", {},
      el("span", {}, item.quantity === 1 ? item.name : `${item.quantity} × ${item.name}`),
      el("span", { className: "sum" }, money(item.price))))),
    ...parcels];
}

function passage(one) {
  const internal = one.visibility === "internal" ? [" ", el("span", { className: "chip pending" }, t("internal_article"))] : [];
  return el("details", {}, el("summary", {}, titlePath(one.title), ...internal),
    el("p", { className: "passage" }, one.text), one.url ? linked(one.url, one.url) : null);
}

// An address is what somebody wrote: only the web's own schemes become links.
function linked(address, text) {
  return address && /^https?:\/\//i.test(address)
    ? el("a", { href: address, rel: "noreferrer", target: "_blank" }, text) : text;
}
