// One conversation in the inbox: who, about what, since when they wait, how they were served.

import { el, known, locale, messageCount, recently, t, when } from "./dom.js";

const UNITS = [["day", 86_400], ["hour", 3_600], ["minute", 60]];
const formats = Object.fromEntries(UNITS.map(([unit]) =>
  [unit, new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "short" })]));

/** How long it is since `moment`, in its greatest unit. */
function passed(moment) {
  const seconds = Math.max(60, (Date.now() - new Date(moment)) / 1000);
  const [unit, size] = UNITS.find(([, one]) => seconds >= one);
  return formats[unit].format(Math.floor(seconds / size));
}

const waits = (since) => t("waits", { time: passed(since) });

function marks(item) {
  const made = [];
  if (item.waiting_since) made.push(el("span", { className: "chip pending", "data-since": item.waiting_since,
    title: t("waits_since", { when: when(item.waiting_since) }) }, waits(item.waiting_since)));
  if (item.cfs) made.push(el("span", { className: `chip${item.cfs <= 2 ? " failed" : ""}`, title: t("cfs_score", { score: item.cfs }) },
    el("span", { "aria-hidden": "true" }, `★ ${item.cfs}/5`),
    el("span", { className: "visually-hidden" }, t("cfs_score", { score: item.cfs }))));
  return made;
}

/** Shows `item` in its row as it is now; whoever is on the row stays there. */
export function fillRow(node, item) {
  const last = item.last_message_at ?? item.created_at;
  node.item = item;
  node.classList.toggle("unread", Boolean(item.unread));
  node.firstChild.replaceChildren(
    ...(item.unread ? [el("span", { className: "visually-hidden" }, `${t("unread_mark")} `)] : []),
    el("span", { className: "who" }, item.customer_name || t("customer")),
    el("span", { className: "what" }, item.subject || messageCount(item.message_count)),
    el("span", { className: "marks" }, marks(item)),
    el("span", { className: "fact" }, t(`channel_${item.channel}`)),
    el("span", { className: "fact" }, el("span", { className: `chip ${item.status}` },
      known(`status_${item.status}`, item.status))),
    el("time", { className: "fact", dateTime: last, title: when(last) }, recently(last)));
}

/** The row of `item`. */
export function inboxRow(item) {
  const node = el("li", {}, el("a", { href: `/c/${item.id}` }));
  fillRow(node, item);
  return node;
}

/** Waiting goes on while the page is open. */
export function renewWaiting(list) {
  for (const one of list.querySelectorAll("[data-since]")) {
    const text = waits(one.dataset.since);
    if (one.textContent !== text) one.textContent = text;
  }
}
