// A list that grows page by page, by itself as its end comes near.

import { get } from "./api.js";
import { byId, el, keepFocus, t } from "./dom.js";

/** `rows` as a list of their own: what is out of sight costs a frame nothing (pages.css). */
export const together = (rows) => rows.length ? [el("ul", {}, ...rows)] : [];

const AHEAD = "800px";

/**
 * Fills `#<id>` from `path()` with one `row(item)` each. Returns how to start over and to stop,
 * `rows` (the row of each id that is shown) and `edge()`: the last item, and whether it is the end.
 */
export function pagedRows(id, path, row) {
  const list = byId(id), more = byId("more"), empty = byId("empty");
  const nothing = empty.textContent, rows = new Map();
  let cursor = null, generation = 0, last = null;

  // A button that stays in sight tells nothing new: it is looked at afresh after each page.
  const near = new IntersectionObserver((seen) => { if (seen.at(-1).isIntersecting && !more.disabled) load(); }, { rootMargin: AHEAD });

  async function load() {
    const mine = generation;
    list.setAttribute("aria-busy", "true");
    const back = keepFocus();
    more.disabled = true;
    near.unobserve(more);
    const address = path() + (cursor ? `&cursor=${encodeURIComponent(cursor)}` : "");
    try {
      const page = await get(address);
      if (mine !== generation) return;
      // What changed while the list was read may come a second time.
      const items = page.items.filter((item) => !rows.has(item.id));
      for (const item of items) rows.set(item.id, row(item));
      list.append(...together(items.map((item) => rows.get(item.id))));
      last = page.items.at(-1) ?? last;
      cursor = page.next_cursor;
      more.hidden = !cursor;
      empty.hidden = list.children.length > 0;
      empty.textContent = nothing;
      near.observe(more);
    } catch (error) {
      if (mine !== generation) return;
      empty.hidden = false;
      empty.textContent = `${t("error")} ${error.message}`;
    } finally {
      if (mine === generation) {
        list.setAttribute("aria-busy", "false");
        more.disabled = false;
        back();
      }
    }
  }

  /** Empty the list; what is still on its way to it will not arrive. */
  function stop() {
    generation += 1;
    cursor = last = null;
    rows.clear();
    near.unobserve(more);
    more.hidden = empty.hidden = true;
    list.setAttribute("aria-busy", "false");
    list.replaceChildren();
  }

  more.addEventListener("click", load);
  return { stop, restart: () => { stop(); return load(); }, rows, edge: () => ({ last, ended: !cursor }) };
}
