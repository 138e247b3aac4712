"use strict";
// The list of cases: filtered, ordered and drawn as it is needed. Everything an engine or a
// customer wrote goes in as text, never as markup.
(() => {
  const PAGE = 50;
  const MARKS = { add: "ins", del: "del", tag: "small" };
  const SIGNS = { ok: "✓ ", bad: "✗ " };
  const LISTS = { list: "ul", ordered: "ol" };
  const data = JSON.parse(document.getElementById("data").textContent);
  const byId = (id) => document.getElementById(id);
  const form = byId("filters");
  const rows = byId("rows");
  const more = byId("more");
  const texts = new Map();
  let found = [];
  let shown = 0;

  function make(tag, className, ...children) {
    const node = document.createElement(tag);
    if (className) node.className = className;
    node.append(...children);
    return node;
  }

  function pieces(list) {
    return list.map((piece) => {
      if (typeof piece === "string") return piece;
      const [text, mark] = piece;
      if (!mark) return text;
      return make(MARKS[mark] ?? "mark", mark in MARKS ? (mark === "tag" ? "tag" : "") : mark, text);
    });
  }

  function item([list, mark]) {
    const entry = make("li", "", ...pieces(list));
    if (SIGNS[mark]) entry.prepend(make("span", `sign ${mark}`, SIGNS[mark]));
    return entry;
  }

  function table(block) {
    const head = make("tr", "", ...block.head.map((name) => {
      const cell = make("th", "", name);
      cell.scope = "col";
      return cell;
    }));
    const body = block.rows.map((row) =>
      make("tr", "", ...row.map((cell) => make("td", "", ...pieces(cell)))));
    return make("table", "", make("thead", "", head), make("tbody", "", ...body));
  }

  function inside(block) {
    if (block.kind === "text") {
      if (block.pieces.length === 0) return make("p", "said muted", "nothing");
      return make("p", "said", ...pieces(block.pieces));
    }
    if (block.kind === "table") return table(block);
    if (block.items.length === 0) return make("p", "said muted", "nothing");
    return make(LISTS[block.kind], "", ...block.items.map(item));
  }

  function blocks(list) {
    return list.map((block) => {
      if (block.kind === "more") return make("p", "small muted", `${block.title}, in the run's file`);
      const part = make("div", "");
      if (block.title) part.append(make("h4", "", block.title));
      part.append(inside(block));
      return part;
    });
  }

  function side(name, maker, list) {
    const heading = make("h3", "", name);
    if (maker) heading.append(make("span", "", ` · made by ${maker}`));
    return make("section", "side", heading, ...blocks(list));
  }

  const number = (value) => {
    if (value === null || value === undefined) return "–";
    return Math.abs(value) >= 100 ? value.toFixed(1) : value.toFixed(3);
  };

  /** How much worse than in the baseline, in a metric; null when that cannot be told. */
  function lost(one, metric) {
    if (!one.before) return null;
    if (one.error !== undefined && !one.before.failed) return Infinity;
    const now = one.scores[metric];
    const then = one.before.scores[metric];
    if (now === null || then === null || now === undefined || then === undefined) return null;
    return data.metrics[metric].better === "higher" ? then - now : now - then;
  }

  function body(one) {
    const box = make("div", "body");
    if (one.error !== undefined) box.append(make("p", "error", `Failed: ${one.error}`));
    const sides = make("div", "sides", side("Expected", "", one.expected));
    if (one.output) {
      const maker = one.degraded ? `${one.engine}, degraded: the model did not answer` : one.engine;
      sides.append(side("Output", maker, one.output));
    }
    if (one.before) {
      const same = { kind: "text", title: "", pieces: ["The same as now."] };
      const gone = { kind: "text", title: "", pieces: ["The case failed."] };
      const was = one.before.output ?? [one.before.failed ? gone : same];
      sides.append(side("Baseline output", one.before.engine, was));
    }
    box.append(sides, scores(one));
    const input = make("details", "folded", make("summary", "", "Input"));
    input.append(make("div", "", ...blocks(one.input)));
    const took = `${one.seconds.toFixed(2)} s${one.cached ? ", output from an earlier run" : ""}`;
    box.append(input, make("p", "made", `Case ${one.id} · ${one.engine} · ${took}`));
    return box;
  }

  function scores(one) {
    const names = one.before ? ["Metric", "Score", "Baseline"] : ["Metric", "Score"];
    const lines = data.metrics.map((metric, place) => {
      const cells = [metric.name, number(one.scores[place])];
      if (one.before) cells.push(number(one.before.scores[place]));
      return cells.map((cell) => [cell]);
    });
    const whole = table({ head: names, rows: lines });
    whole.className = "scores";
    whole.prepend(make("caption", "", "Scores of this case"));
    return make("div", "scroll", whole);
  }

  function chips(one, metric) {
    const list = Object.entries(one.labels).map(([name, value]) => make("span", "chip", `${name}: ${value}`));
    if (one.degraded) list.unshift(make("span", "chip worse", "degraded"));
    const loss = lost(one, metric);
    if (loss > 1e-9) list.unshift(make("span", "chip worse", loss === Infinity ? "newly failed" : `worse by ${number(loss)}`));
    if (loss !== null && loss < -1e-9) list.unshift(make("span", "chip better", `better by ${number(-loss)}`));
    if (one.error !== undefined) list.unshift(make("span", "chip failed", "failed"));
    return make("span", "chips", ...list);
  }

  function row(one, metric) {
    const head = make("summary", "",
      make("span", "score", one.error !== undefined ? "✗" : number(one.scores[metric])),
      make("span", "what", make("span", "id", one.id), one.title ? ` ${one.title}` : ""),
      chips(one, metric));
    const details = make("details", "", head);
    details.addEventListener("toggle", () => {
      if (details.open && details.children.length === 1) details.append(body(one));
    });
    return make("li", "case", details);
  }

  function order() {
    const [kind, metric] = (form.elements.order?.value ?? "worst:0").split(":");
    return { kind, metric: Number(metric ?? 0) };
  }

  /** All that can be read in a case, for searching. */
  function textOf(one) {
    if (!texts.has(one)) {
      const words = [];
      const walk = (value) => {
        if (typeof value === "string") words.push(value);
        else if (value && typeof value === "object") Object.values(value).forEach(walk);
      };
      walk([one.id, one.title, one.error ?? "", one.expected, one.output ?? "", one.input]);
      texts.set(one, words.join(" ").toLowerCase());
    }
    return texts.get(one);
  }

  function wanted(one, metric) {
    const text = form.elements.text.value.trim().toLowerCase();
    if (text && !textOf(one).includes(text)) return false;
    if (form.elements.failed.checked && one.error === undefined) return false;
    if (form.elements.worse?.checked && !(lost(one, metric) > 1e-9)) return false;
    return [...form.querySelectorAll("select[data-label]")].every(
      (choice) => !choice.value || one.labels[choice.dataset.label] === choice.value.slice(1));
  }

  /** The larger, the worse; null last. */
  function badness(one, { kind, metric }) {
    if (kind === "lost") return lost(one, metric);
    if (one.error !== undefined) return Infinity;
    const score = one.scores[metric] ?? null;
    if (score === null) return null;
    return data.metrics[metric].better === "higher" ? -score : score;
  }

  function compare(by) {
    if (by.kind === "file") return (a, b) => a.place - b.place;
    return (a, b) => {
      const [x, y] = [badness(a, by), badness(b, by)];
      if (x === y) return a.place - b.place;
      if (x === null || y === null) return x === null ? 1 : -1;
      return y - x;
    };
  }

  function draw() {
    const { metric } = order();
    const next = found.slice(shown, shown + PAGE);
    rows.append(...next.map((one) => row(one, metric)));
    shown += next.length;
    more.hidden = shown >= found.length;
    more.textContent = `Show ${Math.min(PAGE, found.length - shown)} more`;
    const all = data.cases.length.toLocaleString("en");
    const part = found.length === shown ? "" : `, the first ${shown.toLocaleString("en")} shown`;
    byId("tally").textContent = `${found.length.toLocaleString("en")} of ${all} cases${part}`;
  }

  function refresh() {
    const by = order();
    found = data.cases.filter((one) => wanted(one, by.metric)).sort(compare(by));
    rows.replaceChildren();
    shown = 0;
    draw();
    rows.hidden = found.length === 0;
    byId("none").hidden = found.length > 0;
  }

  function unfold() {
    const all = [...rows.querySelectorAll(":scope > li > details")];
    const open = all.some((one) => !one.open);
    for (const one of all) one.open = open;
  }

  form.addEventListener("input", refresh);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(refresh));
  more.addEventListener("click", () => {
    const first = shown;
    draw();
    rows.children[first]?.querySelector("summary").focus();
  });
  byId("open").addEventListener("click", unfold);
  for (const id of ["filters", "open"]) byId(id).hidden = false;
  refresh();
})();
