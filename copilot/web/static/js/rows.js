// A list that grows page by page.

import { get } from "./api.js";
import { byId, t } from "./dom.js";

/** Fills `#<id>` from `path()` with one `row(item)` each; returns how to start over and to stop. */
export function pagedRows(id, path, row) {
  const list = byId(id), more = byId("more"), empty = byId("empty");
  const nothing = empty.textContent;
  let cursor = null, generation = 0;

  async function load() {
    const mine = generation;
    list.setAttribute("aria-busy", "true");
    more.disabled = true;
    const address = path() + (cursor ? `&cursor=${encodeURIComponent(cursor)}` : "");
    try {
      const page = await get(address);
      if (mine !== generation) return;
      list.append(...page.items.map(row));
      cursor = page.next_cursor;
      more.hidden = !cursor;
      empty.hidden = list.children.length > 0;
      empty.textContent = nothing;
    } catch (error) {
      empty.hidden = false;
      empty.textContent = `${t("error")} ${error.message}`;
    } finally {
      if (mine === generation) list.setAttribute("aria-busy", "false");
      more.disabled = false;
    }
  }

  /** Empty the list; what is still on its way to it will not arrive. */
  function stop() {
    generation += 1;
    cursor = null;
    more.hidden = empty.hidden = true;
    list.setAttribute("aria-busy", "false");
    list.replaceChildren();
  }

  more.addEventListener("click", load);
  return { stop, restart: () => { stop(); return load(); } };
}
