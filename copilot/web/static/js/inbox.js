// The inbox: conversations as they come, and search through everything.

import { get } from "./api.js";
import { byId, el, languageName, clock, recently, t, titlePath, when } from "./dom.js";
import { followInbox } from "./inbox_live.js";
import { fillRow, inboxRow, renewWaiting } from "./inbox_row.js";
import { READ } from "./read_mark.js";
import { pagedRows } from "./rows.js";
import { searchList } from "./search_list.js";
import { shortcuts } from "./shortcuts.js";

const KEPT = "inbox filters", LANGUAGES = "fi sv en et lv lt no da de nl fr es it pt pl uk ru".split(" ");
const TELL_MS = 3_000, MINUTE_MS = 60_000, FLASH_MS = 1_800;
const filters = byId("filters"), search = byId("search"), list = byId("conversations"), news = byId("news");
const fresh = new Set();
let missed = false, telling = 0;

filters.elements.language.append(...LANGUAGES.map((code) => [languageName(code), code])
  .sort(([one], [other]) => one.localeCompare(other)).map(([name, code]) => el("option", { value: code }, name)));

function restore() {
  const kept = sessionStorage.getItem(KEPT);
  if (kept === null) return;
  const values = new URLSearchParams(kept);
  for (const one of filters.elements) {
    if (one.type === "checkbox") one.checked = values.has(one.name);
    else one.value = values.get(one.name) ?? "";
  }
}

const chosen = () => new URLSearchParams([...new FormData(filters)].filter(([, value]) => value));
const path = () => `/v1/conversations?limit=50&${chosen()}`;
const paged = pagedRows("conversations", path, inboxRow);

// What is new is told beside the heading: the list stays as it is under the reader's eyes.

function tellNews() {
  telling = 0;
  news.hidden = !missed && !fresh.size;
  const text = missed ? t("inbox_changed") : fresh.size === 1 ? t("inbox_new_one") : t("inbox_new", { count: fresh.size });
  if (!news.hidden && news.textContent !== text) news.textContent = text;
}

function newsChanged() {
  if (news.hidden) tellNews();
  else telling ||= setTimeout(tellNews, TELL_MS);
}

function forgetNews() {
  missed = false;
  fresh.clear();
  tellNews();
}

function fits(item) {
  const wanted = chosen(), language = wanted.get("language");
  return ["status", "channel"].every((one) => !wanted.has(one) || wanted.get(one) === item[one])
    && (!language || (item.language ?? "").toLowerCase().split("-")[0] === language)
    && (!wanted.has("unread") || item.unread)
    && (wanted.get("sort") !== "waiting" && !wanted.has("waiting") || Boolean(item.waiting_since));
}

/** Whether its place is among the rows that are there, not after them. */
function within(item) {
  const { last, ended } = paged.edge();
  if (ended || !last) return true;
  if (chosen().get("sort") === "waiting") return new Date(item.waiting_since) <= new Date(last.waiting_since);
  const place = (one) => new Date(one.last_message_at ?? one.created_at);
  return place(item) >= place(last);
}

function changed(item) {
  if (searching()) return;
  const row = paged.rows.get(item.id);
  if (row) {
    if (JSON.stringify(row.item) === JSON.stringify(item)) return;
    fillRow(row, item);
    row.classList.add("flash");
    setTimeout(() => row.classList.remove("flash"), FLASH_MS);
  } else {
    const before = fresh.size;
    if (fits(item) && within(item)) fresh.add(item.id);
    else fresh.delete(item.id);
    if (fresh.size !== before) newsChanged();
  }
}

/** What came between the list's reading and the first news. */
async function begun() {
  if (searching()) return;
  const page = await get(path(), { quiet: true }).catch(() => ({ items: [] }));
  page.items.forEach(changed);
}

news.addEventListener("click", async () => {
  forgetNews();
  await paged.restart();
  scrollTo(0, 0);
  list.querySelector("a")?.focus({ preventScroll: true });
});

const KINDS = { article: "kind_article", call: "kind_call", conversation: "kind_conversation" };
const kindOf = (hit) => hit.kind === "article" ? "article" : hit.call_id ? "call" : "conversation";

function hitRow(hit) {
  const kind = kindOf(hit), at = kind === "call" && typeof hit.start === "number";
  const [href, title] = {
    article: () => [`/knowledge/${hit.article_id}`, titlePath(hit.title)],
    call: () => [`/calls/${hit.call_id}${at ? `#t=${hit.start}` : ""}`, hit.title || t("call")],
    conversation: () => [`/c/${hit.conversation_id}`, hit.title || t("conversation")],
  }[kind]();
  return el("li", {}, el("a", { href },
    el("span", { className: "what" }, title),
    el("span", { className: "fact" }, at ? `▸ ${clock(hit.start)} ` : "", el("span", { className: "chip" }, t(KINDS[kind]))),
    el("time", { className: "fact", dateTime: hit.updated_at, title: when(hit.updated_at) }, recently(hit.updated_at)),
    el("span", { className: "text" }, hit.text)));
}

/** None chosen is no wish. */
const kinds = (form) => form.getAll("kind").length ? form.getAll("kind") : Object.keys(KINDS);

function ask(form) {
  const wanted = kinds(form), passages = [];
  if (wanted.includes("article")) passages.push("article");
  if (wanted.some((one) => one !== "article")) passages.push("conversation");
  return { kinds: passages, visibility: "internal", limit: 60 };
}

/** The best passage of each thing of the chosen kinds. */
function hitRows(hits, form) {
  const wanted = kinds(form), best = new Map();
  for (const hit of hits) {
    const kind = kindOf(hit), key = `${kind} ${hit.article_id ?? hit.call_id ?? hit.conversation_id}`;
    if (wanted.includes(kind) && !best.has(key)) best.set(key, hit);
  }
  return [...best.values()].map(hitRow);
}

const asked = new URLSearchParams(location.search).getAll("kind");
if (asked.length) for (const one of search.querySelectorAll("[name=kind]")) one.checked = asked.includes(one.value);

const { update, searching } = searchList({
  list, paged, ask, rows: hitRows, empty: t("search_empty"),
  toggled: (on) => {
    filters.hidden = on;
    byId("kinds").hidden = !on;
    forgetNews();
  },
});

filters.addEventListener("change", () => {
  sessionStorage.setItem(KEPT, chosen());
  forgetNews();
  paged.restart();
});

// By keyboard: from row to row.

function step(by) {
  const links = [...list.querySelectorAll("li > a")];
  const at = links.indexOf(document.activeElement.closest("#conversations li > a"));
  links[at < 0 ? 0 : at + by]?.focus();
}

list.addEventListener("keydown", (event) => {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!by || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  event.preventDefault();
  step(by);
});

shortcuts(t("nav_inbox"), [
  { key: "j", what: t("key_row_next"), does: () => step(1) },
  { key: "k", what: t("key_row_before"), does: () => step(-1) },
  { key: "Enter", shown: "Enter", what: t("key_row_open") },
  { key: "n", what: t("key_news"), does: () => { if (!news.hidden) news.click(); } },
  { key: "/", what: t("search"), does: () => search.elements.query.focus() },
]);

new BroadcastChannel(READ).addEventListener("message", ({ data: { id, version } }) => {
  const row = paged.rows.get(id);
  if (row && row.item.version <= version) fillRow(row, { ...row.item, unread: false });
});

setInterval(() => { if (!document.hidden) renewWaiting(list); }, MINUTE_MS);
restore();
update();
followInbox({ changed, begun, many: () => { missed = true; newsChanged(); } });
