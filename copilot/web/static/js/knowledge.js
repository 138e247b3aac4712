// Articles: what drafts may rest on, how fresh it is, and how often it was of use.

import { get, post } from "./api.js";
import { byId, el, lacking, languageName, problem, recently, t, titlePath, when } from "./dom.js";
import { pagedRows } from "./rows.js";

const search = byId("search"), found = byId("articles"), told = byId("search-told"), empty = byId("empty");
const nothing = empty.textContent;
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

const { restart, stop } = pagedRows("articles", () => "/v1/articles?limit=50", row);

function hitRow(hit) {
  return el("li", {}, el("a", { href: `/knowledge/${hit.article_id}` },
    el("span", { className: "what" }, titlePath(hit.title)),
    el("time", { className: "fact", dateTime: hit.updated_at, title: when(hit.updated_at) }, recently(hit.updated_at)),
    el("span", { className: "text" }, hit.text)));
}

async function update() {
  const query = search.elements.query.value.trim();
  const current = () => query === search.elements.query.value.trim();
  history.replaceState(null, "", query ? `/knowledge?${new URLSearchParams({ query })}` : "/knowledge");
  found.classList.toggle("hits", query !== "");
  told.replaceChildren();
  stop();
  if (!query) {
    empty.textContent = nothing;
    return restart();
  }
  found.setAttribute("aria-busy", "true");
  try {
    const { hits, degraded = [] } = await post("/v1/search", { query, kinds: ["article"], visibility: "internal", limit: 30 });
    if (!current()) return;
    found.replaceChildren(...hits.map(hitRow));
    told.replaceChildren(...degraded.map((reason) => lacking([t("hits")], reason)));
    empty.textContent = t("search_articles_empty");
    empty.hidden = hits.length > 0;
  } catch (error) {
    if (current()) found.replaceChildren(el("li", { className: "told" }, problem(error)));
  } finally {
    if (current()) found.setAttribute("aria-busy", "false");
  }
}

search.addEventListener("submit", (event) => { event.preventDefault(); update(); });
search.addEventListener("input", (event) => { if (!event.target.value) update(); });
search.elements.query.value ||= new URLSearchParams(location.search).get("query") ?? "";
// How often each was cited is nice to know: the list does not wait long for it, nor fail without.
const stats = get("/v1/reviews/stats?group_by=article", { quiet: true }).catch(() => ({ groups: [] }));
uses = new Map((await stats).groups.map((one) => [one.key, one]));
update();
