// A search above a list: what it finds takes the list's place until the field is empty again.

import { post } from "./api.js";
import { byId, lacking, problem, t } from "./dom.js";
import { together } from "./rows.js";

/**
 * Sets the form `#search` up. `list` shows `paged` (see rows.js) or hits; `ask(form)` is what
 * /v1/search is asked besides the words; `rows(hits, form)` makes the rows of hits; `empty` is said
 * when there are none; `toggled(searching)` shows and hides what goes with either. What is in the
 * form is in the page's address too.
 */
export function searchList({ list, paged, ask, rows, empty, toggled = () => {} }) {
  const search = byId("search"), told = byId("search-told"), nothing = byId("empty");
  const words = () => search.elements.query.value.trim();
  let generation = 0;

  async function update() {
    const query = words(), mine = ++generation;
    const fields = new FormData(search), boxes = [...search.querySelectorAll("[type=checkbox]")];
    const address = new URLSearchParams(fields);
    address.set("query", query);
    if (boxes.every((one) => one.checked)) for (const { name } of boxes) address.delete(name);
    history.replaceState(null, "", query ? `${location.pathname}?${address}` : location.pathname);
    list.classList.toggle("hits", query !== "");
    toggled(query !== "");
    told.replaceChildren();
    if (!query) return paged.restart();
    paged.stop();
    list.setAttribute("aria-busy", "true");
    try {
      const { hits, degraded = [] } = await post("/v1/search", { query, ...ask(fields) });
      if (mine !== generation) return;
      const found = rows(hits, fields);
      list.replaceChildren(...together(found));
      told.replaceChildren(...degraded.map((reason) => lacking([t("hits")], reason)));
      nothing.textContent = empty;
      nothing.hidden = found.length > 0;
    } catch (error) {
      if (mine === generation) told.replaceChildren(problem(error));
    } finally {
      if (mine === generation) list.setAttribute("aria-busy", "false");
    }
  }

  search.addEventListener("submit", (event) => { event.preventDefault(); update(); });
  // The little cross in the field, or the last letter taken out: back to the list.
  search.addEventListener("input", ({ target }) => { if (target.name === "query" && !target.value) update(); });
  search.addEventListener("change", ({ target }) => { if (target.name !== "query" && words()) update(); });
  // Sent or typed before this script was there, or come to by a link.
  search.elements.query.value ||= new URLSearchParams(location.search).get("query") ?? "";
  return { update, searching: () => words() !== "" };
}
