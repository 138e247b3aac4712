// Search inside a call: hits are marked in the text and on the drawing, Enter goes to the next.

import { get } from "./api.js";
import { el, t } from "./dom.js";
import { places } from "./segment_text.js";

/** The field, to be put above the transcript of `player`. */
export function callSearch(player) {
  const { list, bar } = player;
  const input = el("input", { type: "search", maxLength: 500, placeholder: t("search_call"), "aria-label": t("search_call") });
  const told = el("span", { className: "muted small", role: "status" });
  const step = (by, sign, label) => el("button", {
    type: "button", className: "quiet", hidden: true, "aria-label": label, title: label, onclick: () => go(by),
  }, sign);
  const before = step(-1, "↑", t("hit_before")), after = step(1, "↓", t("hit_next"));
  const node = el("form", { className: "call-search", role: "search" }, input, before, after, told);
  let hits = [], place = -1, asked = "", marked = [];

  function clear() {
    for (const row of marked) {
      row.node.classList.remove("found", "found-now");
      list.hits(row, []);
    }
    hits = marked = [];
    place = -1;
    asked = told.textContent = "";
    before.hidden = after.hidden = true;
    bar.hits([]);
  }

  async function find(query) {
    clear();
    asked = query;
    told.textContent = t("searching");
    try {
      const found = await get(`/v1/calls/${player.call.id}/transcript/search?${new URLSearchParams({ query })}`);
      if (asked !== query) return;
      hits = found.hits.filter((hit) => list.row(hit.n)).sort((a, b) => a.start - b.start);
      marked = hits.map((hit) => list.row(hit.n));
      for (const row of marked) {
        row.node.classList.add("found");
        list.hits(row, places(row.segment.text, query));
      }
      bar.hits(hits.map((hit) => hit.start));
      before.hidden = after.hidden = hits.length < 2;
      if (hits.length) go(1); else told.textContent = t("search_call_empty");
    } catch (error) {
      told.textContent = `${t("error")} ${error.message}`;
    }
  }

  function go(by) {
    marked[place]?.node.classList.remove("found-now");
    place = (place + by + hits.length) % hits.length;
    marked[place].node.classList.add("found-now");
    told.textContent = t("hit_of", { n: place + 1, count: hits.length });
    bar.seek(hits[place].start);
    list.show(marked[place], true);
  }

  node.addEventListener("submit", (event) => {
    event.preventDefault();
    const query = input.value.trim();
    if (!query) clear();
    else if (query === asked && hits.length) go(1);
    else find(query);
  });
  input.addEventListener("input", () => { if (!input.value) clear(); });
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.shiftKey || !hits.length) return;
    event.preventDefault();
    go(-1);
  });
  return { node, focus: () => input.focus() };
}
