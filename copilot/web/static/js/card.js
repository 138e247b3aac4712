// The context card: what the agent should know now, each thing linked to its source.

import { el, known, money, onDay, t } from "./dom.js";

/** The card's body; `toMessage(id, conversation)` leads to a message. */
export function cardBody(card, conversationId, toMessage) {
  const lead = (item) => item.conversation_id && item.conversation_id !== conversationId
    ? el("a", { href: `/c/${item.conversation_id}#${item.message_id}` }, item.text)
    : el("button", { type: "button", className: "link", onclick: () => toMessage(item.message_id) }, item.text);
  const parts = [
    who(card.customer),
    list("promised", card.promised, (one) =>
      [lead(one), sub(one.due ? t("due", { date: onDay(one.due) }) : onDay(one.said_at))]),
    list("orders", card.orders, order),
    list("past_contacts", card.past_conversations, (one) =>
      [el("a", { href: `/c/${one.id}` }, one.headline || one.subject || t("conversation")),
        sub([t(`channel_${one.channel}`), onDay(one.last_message_at),
          known(`status_${one.status}`, one.status)].filter(Boolean).join(" · "))]),
    list("already_told", card.already_told, (one) => [lead(one), sub(onDay(one.said_at))]),
    list("articles", card.articles, (one) => passage(one)),
    list("similar", card.similar_conversations, (one) =>
      [el("a", { href: `/c/${one.id}` }, one.subject ?? t("conversation")), sub(one.resolution)]),
  ].filter(Boolean);
  return parts.length ? el("div", {}, parts.flat()) : el("p", { className: "muted" }, t("card_empty"));
}

const sub = (text) => el("span", { className: "sub" }, text ?? "");

function who(customer) {
  if (!customer) return null;
  const reach = customer.addresses.filter((one) => one.kind !== "external").map((one) => one.value);
  return [el("div", { className: "card-who" }, customer.name ?? t("customer")), sub(reach.join(" · "))];
}

function list(key, items, row) {
  if (!items.length) return null;
  return [el("h3", {}, t(key)), el("ul", { className: "card-list" }, items.map((one) => el("li", {}, row(one))))];
}

function order(one) {
  const parcels = one.tracking.map((parcel) =>
    [parcel.carrier, parcel.number, parcel.status, onDay(parcel.eta)].filter(Boolean).join(" "));
  return [el("strong", {}, one.number), " ", el("span", { className: "chip" }, one.status), " ",
    money(one.total),
    sub([onDay(one.placed_at), one.items.map((item) => item.name).join(", ")].filter(Boolean).join(" · ")),
    parcels.length ? sub(`${t("tracking")}: ${parcels.join("; ")}`) : null];
}

function passage(one) {
  const internal = one.visibility === "internal" ? [" ", el("span", { className: "chip pending" }, t("internal"))] : [];
  return el("details", {}, el("summary", {}, one.title, ...internal), el("p", {}, one.text),
    one.url ? el("a", { href: safe(one.url), rel: "noreferrer", target: "_blank" }, one.url) : null);
}

// An article's address is what somebody wrote: only the web's own schemes become links.
function safe(address) {
  return /^https?:\/\//i.test(address) ? address : "#";
}
