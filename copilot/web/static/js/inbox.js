// The list of conversations.

import { byId, el, known, t, when } from "./dom.js";
import { pagedRows } from "./rows.js";

const filters = byId("filters");

function path() {
  const query = new URLSearchParams({ limit: "50" });
  for (const [name, value] of new FormData(filters)) if (value) query.set(name, value);
  return `/v1/conversations?${query}`;
}

function row(item) {
  return el("li", {}, el("a", { href: `/c/${item.id}` },
    el("span", { className: "who" }, item.customer_name ?? t("unknown")),
    el("span", { className: "what" }, item.subject ?? t("messages_count", { count: item.message_count })),
    el("span", { className: "facts" },
      el("span", { className: "chip" }, t(`channel_${item.channel}`)),
      el("span", { className: `chip ${item.status}` }, known(`status_${item.status}`, item.status)),
      when(item.last_message_at ?? item.updated_at))));
}

const restart = pagedRows("conversations", path, row);
filters.addEventListener("change", restart);
restart();
