// A table that grows page by page; on a narrow screen each row is a block with its labels.

import { get } from "./api.js";
import { el, keepFocus, problem, t } from "./dom.js";

/**
 * An empty table into `root`. `columns` are `{ label, cell(item), className }`; `path(cursor)` is
 * where a page is, and null when everything comes at once by `all()`.
 */
export function pagedTable(root, { caption, columns, path, empty }) {
  const body = el("tbody", { role: "rowgroup" });
  const more = el("button", { type: "button", hidden: true, onclick: () => load() }, t("load_more"));
  const nothing = el("p", { className: "empty", role: "status", hidden: true }, empty);
  const fault = el("div", {});
  const node = el("table", { className: "table", role: "table", hidden: true },
    el("caption", { className: "visually-hidden" }, caption),
    el("thead", { role: "rowgroup" }, el("tr", { role: "row" },
      columns.map((one) => el("th", { scope: "col", role: "columnheader", className: one.className ?? "" }, one.label)))),
    body);
  root.replaceChildren(node, nothing, fault, more);
  let cursor = null, generation = 0;

  const row = (item) => {
    const made = el("tr", { role: "row" }, columns.map((one) =>
      el("td", { role: "cell", className: one.className ?? "", "data-label": one.label },
        el("div", {}, one.cell(item, () => made)))));
    return made;
  };

  async function load() {
    const mine = generation;
    const back = keepFocus();
    more.disabled = true;
    root.setAttribute("aria-busy", "true");
    try {
      const page = await get(path(cursor));
      if (mine !== generation) return;
      body.append(...page.items.map(row));
      cursor = page.next_cursor ?? null;
      fault.replaceChildren();
    } catch (error) {
      if (mine === generation) fault.replaceChildren(problem(error));
    } finally {
      if (mine === generation) {
        root.setAttribute("aria-busy", "false");
        more.disabled = false;
        more.hidden = !cursor;
        back();
        node.hidden = body.children.length === 0;
        nothing.hidden = !node.hidden || fault.hasChildNodes();
      }
    }
  }

  /** From the beginning again. */
  function restart() {
    generation += 1;
    cursor = null;
    body.replaceChildren();
    return load();
  }

  return { restart, body, columns: columns.length };
}

/** A row below `row` over all columns, to be taken away by opening it again. */
export function toggleBelow(row, columns, button, content) {
  const open = button.getAttribute("aria-expanded") === "true";
  button.setAttribute("aria-expanded", String(!open));
  if (open) return row.nextElementSibling.remove();
  row.after(el("tr", { role: "row", className: "below" }, el("td", { role: "cell", colSpan: columns }, content)));
}

/** What `work` does, with `button` out of reach meanwhile and a problem told in `told`. */
export async function during(button, told, work) {
  const back = keepFocus();
  button.disabled = true;
  told.replaceChildren();
  try {
    await work();
  } catch (error) {
    told.replaceChildren(problem(error));
  } finally {
    button.disabled = false;
    back();
  }
}
