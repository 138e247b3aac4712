// Building elements. Text only ever becomes a text node, so nothing a customer wrote is markup.

const words = JSON.parse(document.getElementById("strings").textContent);
export const locale = document.documentElement.lang;

/** The string of `key` with `{name}` replaced. */
export function t(key, values = {}) {
  const text = words[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** The string of `key`, or `fallback` when there is none (for values that others choose). */
export function known(key, fallback) {
  return words[key] ?? fallback;
}

/**
 * An element. `props` are properties (`className`, `onclick`), `data-`/`aria-` and other names
 * with a dash are attributes; children are nodes, strings, or null for nothing.
 */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined) continue;
    if (name.includes("-") || name === "role" || name === "for") node.setAttribute(name, value);
    else node[name] = value;
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

/** The element with that id. */
export const byId = (id) => document.getElementById(id);

/** Ask before something is lost. A frame of another site may show no dialog of the browser's own. */
export function sure(text) {
  if (window.parent === window) return confirm(text);
  return new Promise((answer) => {
    const dialog = el("dialog", { className: "sure" }, el("p", {}, text), el("form", { method: "dialog", className: "buttons" },
      el("button", { className: "primary", value: "yes" }, t("sure_yes")), el("button", { value: "no" }, t("sure_no"))));
    dialog.addEventListener("close", () => { dialog.remove(); answer(dialog.returnValue === "yes"); });
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** Tell a screen reader. */
export function announce(text) {
  byId("announcer").textContent = text;
}

/**
 * Give the focus back later, by calling what this returns, to what has it now: a button that is out
 * of reach while it works loses it, and who works by keyboard would begin at the top of the page.
 */
export function keepFocus() {
  const held = document.activeElement;
  return () => { if (document.activeElement === document.body && held?.isConnected) held.focus({ preventScroll: true }); };
}

// The reader's own region where the page's language is theirs: "en" alone would mean the USA.
const region = navigator.languages.find((one) => one.startsWith(`${locale}-`)) ?? { en: "en-GB" }[locale] ?? locale;
const dateTime = new Intl.DateTimeFormat(region, { dateStyle: "medium", timeStyle: "short" });
const day = new Intl.DateTimeFormat(region, { dateStyle: "medium" });
const time = new Intl.DateTimeFormat(region, { timeStyle: "short" });
const dayAndTime = new Intl.DateTimeFormat(region, {
  day: "numeric", month: locale === "fi" ? "numeric" : "short", hour: "2-digit", minute: "2-digit",
});

/** A moment as date and time. */
export const when = (value) => (value ? dateTime.format(new Date(value)) : "");

/** A moment or ISO day as a date; other words are left as they are. */
export function onDay(value) {
  // A day without a time is that day here, not midnight in Greenwich.
  const moment = new Date(/^\d{4}-\d\d-\d\d$/.test(value ?? "") ? `${value}T00:00` : (value ?? ""));
  return Number.isNaN(moment.getTime()) ? (value ?? "") : day.format(moment);
}

/** A moment as short as it is clear: the time today, day and time this year, else the date. */
export function recently(value) {
  const moment = new Date(value), today = new Date();
  if (moment.toDateString() === today.toDateString()) return time.format(moment);
  return (moment.getFullYear() === today.getFullYear() ? dayAndTime : day).format(moment);
}

/** The title of a passage, where a heading that only repeats the one above it is left out. */
export function titlePath(title) {
  return title.split(" › ").filter((part, place, all) => part !== all[place - 1]).join(" › ");
}

/** Money by the reader's locale. */
export function money(value) {
  if (!value) return "";
  return new Intl.NumberFormat(region, { style: "currency", currency: value.currency }).format(
    Number(value.amount),
  );
}

const languages = new Intl.DisplayNames([locale], { type: "language", fallback: "code" });

/** The name of a language in the reader's. */
export function languageName(code) {
  try {
    return languages.of(code);
  } catch {
    return code;
  }
}

/** Seconds as m:ss, from an hour on as h:mm:ss. */
export function clock(seconds) {
  const whole = Math.floor(seconds);
  if (whole >= 3600) {
    const two = (part) => String(part).padStart(2, "0");
    return `${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
  }
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** How many messages, in words. */
export const messageCount = (count) => count === 1 ? t("messages_one") : t("messages_count", { count });

/** Scroll to `node`, mark it for a moment and put the focus there. */
export function show(node) {
  if (!node) return;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  node.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
  node.classList.remove("flash");
  void node.offsetWidth; // restarts the animation
  node.classList.add("flash");
  node.tabIndex = -1;
  node.focus({ preventScroll: true });
  setTimeout(() => node.classList.remove("flash"), 1800);
}

/** Who made something, as nodes; that a model did not answer stands out a little. */
export function madeBy(engine, degraded) {
  const name = { extractive: t("engine_extractive"), agent: t("engine_agent") }[engine] ?? t("made_by", {
    engine: engine.startsWith("openai:") ? t("model_engine", { engine: engine.slice(7) }) : engine,
  });
  return degraded ? [name, el("span", { className: "chip pending" }, t("degraded"))] : [name];
}

/** That `parts`, named to the reader, are missing or not as good as they can be, and why. */
export const lacking = (parts, reason) =>
  el("p", { className: "lacking" }, `${parts.join(", ")}: ${known(`degraded_${reason}`, reason)}.`);

/** A problem, to be put where the thing would have been. */
export const problem = (error) =>
  el("p", { className: "notice bad", role: "alert" }, `${t("error")} ${error.message}`);
