// One article as drafts see it: its text, how fresh it is, and what became of what it gave.

import { get } from "./api.js";
import { byId, el, languageName, problem, t, when } from "./dom.js";

const root = byId("article");
const percent = new Intl.NumberFormat(document.documentElement.lang, { style: "percent", maximumFractionDigits: 0 });

async function load() {
  const article = await get(`/v1/articles/${root.dataset.article}`);
  byId("article-title").textContent = article.title;
  document.title = `${article.title} · Copilot`;
  const facts = [article.source, article.language ? languageName(article.language) : "", t("article_updated", { when: when(article.updated_at) })];
  byId("article-facts").replaceChildren(facts.filter(Boolean).join(" · "),
    ...(article.visibility === "internal" ? [" ", el("span", { className: "chip pending" }, t("internal_article"))] : []));
  // An address may be anything that a knowledge base sent: only the web's own is a link.
  const link = /^https?:\/\//i.test(article.url ?? "") ? el("p", {}, el("a", { href: article.url, rel: "noopener noreferrer", target: "_blank" }, t("article_open"))) : null;
  root.replaceChildren(...[link, ...text(article)].filter(Boolean));
  root.setAttribute("aria-busy", "false");
  const stats = await get("/v1/reviews/stats?group_by=article", { quiet: true }).catch(() => null);
  const use = stats?.groups.find((one) => one.key === article.id);
  byId("article-use").textContent = !stats ? "" : use
    ? t("article_use", { count: use.cited, kept: use.kept_share === null ? "–" : percent.format(use.kept_share) }) : t("article_unused");
}

/** Headings, lists and paragraphs of the plain text; all of it as text nodes. */
function text({ title, text: plain }) {
  const nodes = [];
  for (const block of plain.split(/\n{2,}/)) {
    const heading = /^#{1,6} ([^\n]*)$/.exec(block);
    if (heading && !nodes.length && heading[1] === title) continue; // the page's own heading
    if (heading) nodes.push(el("h2", {}, heading[1]));
    else if (block.trim()) nodes.push(el("p", { className: "told-text" }, block));
  }
  return nodes;
}

load().catch((error) => {
  root.replaceChildren(problem(error));
  root.setAttribute("aria-busy", "false");
});
