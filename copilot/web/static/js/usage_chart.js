// What language models took, day by day: bars drawn here, and the same as a table for a reader.

import { el, money, onDay, t } from "./dom.js";

const NS = "http://www.w3.org/2000/svg";
const HEIGHT = 96, WIDTH = 20, GAP = 4;
const number = new Intl.NumberFormat(document.documentElement.lang);

/** Draw `report` into `root`; nothing where nothing was taken. */
export function drawUsage(root, report) {
  if (!report.items.length && !report.budgets.length) return root.remove();
  const days = byDay(report);
  const most = Math.max(1, ...days.map((one) => one.tokens));
  const total = days.reduce((sum, one) => sum + one.tokens, 0);
  root.replaceChildren(
    el("h2", {}, t("usage_title")),
    el("p", { className: "muted small" }, t("usage_total", { tokens: number.format(total), calls: number.format(days.reduce((sum, one) => sum + one.calls, 0)) })),
    chart(days, most),
    ...report.budgets.map((one) => budget(one, report.currency)));
}

function byDay(report) {
  const days = new Map();
  const from = new Date(report.since), today = new Date();
  for (let at = new Date(from); at <= today; at.setUTCDate(at.getUTCDate() + 1)) {
    days.set(at.toISOString().slice(0, 10), { tokens: 0, calls: 0 });
  }
  for (const { day, prompt_tokens: sent, answer_tokens: got, calls } of report.items) {
    const one = days.get(day) ?? { tokens: 0, calls: 0 };
    days.set(day, { tokens: one.tokens + sent + got, calls: one.calls + calls });
  }
  return [...days].map(([day, one]) => ({ day, ...one }));
}

function chart(days, most) {
  const width = days.length * (WIDTH + GAP);
  const svg = svgEl("svg", { viewBox: `0 0 ${width} ${HEIGHT}`, preserveAspectRatio: "none", class: "bars", role: "img", "aria-label": t("usage_chart") });
  days.forEach(({ day, tokens }, at) => {
    const height = tokens ? Math.max(2, tokens / most * (HEIGHT - 4)) : 1;
    const bar = svgEl("rect", { x: at * (WIDTH + GAP), y: HEIGHT - height, width: WIDTH, height, rx: 2, class: tokens ? "" : "none" });
    bar.append(svgEl("title", {}, `${onDay(day)}: ${number.format(tokens)}`));
    svg.append(bar);
  });
  const ends = el("p", { className: "ends muted small" }, el("span", {}, onDay(days[0]?.day)), el("span", {}, onDay(days.at(-1)?.day)));
  return el("figure", {}, svg, ends);
}

function budget({ unit, period, limit, used, left }, currency) {
  const shown = (value) => unit === "cost" ? money({ amount: value, currency }) : number.format(Number(value));
  return el("div", { className: "budget" },
    el("label", {}, t(`budget_${period}`),
      el("meter", { min: 0, max: Number(limit), value: Math.min(Number(used), Number(limit)), high: Number(limit) * 0.8, optimum: 0 })),
    el("span", { className: "small muted" }, t("budget_left", { left: shown(left), limit: shown(limit) })));
}

function svgEl(tag, attributes, text) {
  const node = document.createElementNS(NS, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  if (text) node.textContent = text;
  return node;
}
