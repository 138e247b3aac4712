// Articles: what drafts may rest on, how fresh it is, and how often it was of use.

import { get } from "./api.js";
import { byId, el, languageName, recently, t, titlePath, when } from "./dom.js";
import { pagedRows } from "./rows.js";
import { searchList } from "./search_list.js";

let uses = new Map();

function row(article) {
  const use = uses.get(article.id);
  return el("li", {}, el("a", { href: `/knowledge/${article.id}` },
    el("span", { className: "who" }, article.title),
    el("span", { className: "fact" }, article.language ? languageName(article.language) : ""),
    el("span", { className: "fact" }, article.visibility === "internal" ? el("span", { className: "chip pending" }, t("internal_article")) : ""),
    el("span", { className: "fact" }, use ? t("article_cited", { count: use.cited }) : ""),
    el("time", { className: "fact", dateTime: article.updated_at, title: when(article.updated_at) }, recently(article.updated_at))));
}

const paged = pagedRows("articles", () => "/v1/articles?limit=50", row);

function hitRow(hit) {
  return el("li", {}, el("a", { href: `/knowledge/${hit.article_id}` },
    el("span", { className: "what" }, titlePath(hit.title)),
    el("time", { className: "fact", dateTime: hit.updated_at, title: when(hit.updated_at) }, recently(hit.updated_at)),
    el("span", { className: "text" }, hit.text)));
}

const { update } = searchList({
  list: byId("articles"), paged, empty: t("search_articles_empty"),
  ask: () => ({ kinds: ["article"], visibility: "internal", limit: 30 }),
  rows: (hits) => hits.map(hitRow),
});
// How often each was cited is nice to know: the list does not wait long for it, nor fail without.
const stats = get("/v1/reviews/stats?group_by=article", { quiet: true }).catch(() => ({ groups: [] }));
uses = new Map((await stats).groups.map((one) => [one.key, one]));
update();
