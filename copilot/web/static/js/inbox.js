// The list of conversations, and search through all of them.

import { post } from "./api.js";
import { byId, el, known, lacking, messageCount, problem, recently, t, when } from "./dom.js";
import { pagedRows } from "./rows.js";

const filters = byId("filters"), search = byId("search"), found = byId("conversations");
const told = byId("search-told");

function path() {
  const query = new URLSearchParams({ limit: "50" });
  for (const [name, value] of new FormData(filters)) if (value) query.set(name, value);
  return `/v1/conversations?${query}`;
}

function row(item) {
  const last = item.last_message_at ?? item.created_at;
  return el("li", {}, el("a", { href: `/c/${item.id}` },
    el("span", { className: "who" }, item.customer_name || t("customer")),
    el("span", { className: "what" }, item.subject || messageCount(item.message_count)),
    el("span", { className: "fact" }, t(`channel_${item.channel}`)),
    el("span", { className: "fact" }, el("span", { className: `chip ${item.status}` },
      known(`status_${item.status}`, item.status))),
    el("time", { className: "fact", dateTime: last, title: when(last) }, recently(last))));
}

const { restart, stop } = pagedRows("conversations", path, row);

function hitRow(hit) {
  return el("li", {}, el("a", { href: `/c/${hit.conversation_id}` },
    el("span", { className: "what" }, hit.title || t("conversation")),
    el("time", { className: "fact", dateTime: hit.updated_at, title: when(hit.updated_at) }, recently(hit.updated_at)),
    el("span", { className: "text" }, hit.text)));
}

async function find(query, current) {
  const { hits, degraded = [] } = await post("/v1/search", { query, kinds: ["conversation"], limit: 30 });
  const best = new Map();
  if (!current()) return;
  for (const hit of hits) if (!best.has(hit.conversation_id)) best.set(hit.conversation_id, hit);
  found.replaceChildren(...[...best.values()].map(hitRow));
  told.replaceChildren(...degraded.map((reason) => lacking([t("hits")], reason)));
  byId("empty").textContent = t("search_empty");
  byId("empty").hidden = best.size > 0;
}

async function update() {
  const query = search.elements.query.value.trim();
  history.replaceState(null, "", query ? `/?${new URLSearchParams({ query })}` : "/");
  filters.hidden = query !== "";
  found.classList.toggle("hits", query !== "");
  told.replaceChildren();
  const current = () => query === search.elements.query.value.trim();
  if (!query) return restart();
  stop();
  found.setAttribute("aria-busy", "true");
  try {
    await find(query, current);
  } catch (error) {
    if (current()) found.replaceChildren(el("li", { className: "told" }, problem(error)));
  } finally {
    if (current()) found.setAttribute("aria-busy", "false");
  }
}

search.addEventListener("submit", (event) => { event.preventDefault(); update(); });
// The little cross in the field, or the last letter taken out: back to the list.
search.addEventListener("input", (event) => { if (!event.target.value) update(); });
filters.addEventListener("change", restart);
// Sent or typed before this script was there, or come to by a link.
search.elements.query.value ||= new URLSearchParams(location.search).get("query") ?? "";
update();
