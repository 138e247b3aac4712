// What guides a draft: the team's process with its current step, and what the customer asked.

import { el, onDay, t } from "./dom.js";

/** Warnings that `guideNodes` says better; they need not be told twice. */
export function toldByGuide(draft) {
  return new Set([
    ...(draft.process?.escalate ? ["escalate"] : []),
    ...(draft.process?.missing_facts.length ? ["facts_missing"] : []),
    ...(showsQuestions(draft) ? ["question_unanswered"] : []),
  ]);
}

/** Nodes for the process, the saved reply and the questions of a draft; none where there are none. */
export function guideNodes(draft) {
  const { process, saved_reply: saved } = draft;
  return [
    ...(process ? processNodes(process) : []),
    ...(saved ? [el("p", { className: "muted small" }, t("guide_saved", { title: saved.title }))] : []),
    ...(showsQuestions(draft) ? [questionList(draft.questions)] : []),
  ];
}

function processNodes({ title, step, steps, step_text: now, missing_facts: missing, escalate, deadline, due, facts_on_file: filed = {} }) {
  const place = step && steps.length > 1 ? ` · ${t("guide_step", { n: step, count: steps.length })}` : "";
  const known = Object.entries(filed).map(([name, value]) => `${name}: ${value}`);
  return [
    escalate ? el("p", { className: "notice bad guide-escalate" }, el("b", {}, t("guide_escalate")), " ", escalate) : null,
    el("details", { className: "guide" },
      el("summary", {}, el("span", { className: "muted" }, `${t("guide")}: `), el("b", {}, title), place,
        now ? el("span", { className: "guide-now" }, now) : null),
      steps.length > 1 ? el("ol", { className: "steps" }, steps.map((text, at) =>
        el("li", { "aria-current": at + 1 === step ? "step" : null, className: at + 1 < step ? "done" : "" }, text))) : null),
    missing.length || deadline || known.length ? el("dl", { className: "guide-facts" },
      ...(known.length ? [el("dt", {}, t("guide_filed")), el("dd", {}, known.join("; "))] : []),
      ...(missing.length ? [el("dt", {}, t("guide_missing")), el("dd", {}, missing.join("; "))] : []),
      ...(deadline ? [el("dt", {}, t("guide_deadline")), el("dd", { title: deadline }, due ? onDay(due) : deadline)] : [])) : null,
  ].filter(Boolean);
}

/** One question that is answered needs no list. */
function showsQuestions({ questions = [] }) {
  return questions.length > 1 || questions.some((one) => !one.answered);
}

function questionList(questions) {
  return el("section", { className: "questions" }, el("h3", {}, t("questions")),
    el("ul", {}, questions.map(({ text, answered, missing }) => {
      const state = answered ? t("question_answered") : lacking(missing);
      return el("li", { className: answered ? "answered" : "open" },
        el("span", { className: "sign", "aria-hidden": "true" }, answered ? "✓" : "?"),
        el("span", {}, text, el("span", { className: answered ? "visually-hidden" : "sub" },
          answered ? ` (${state})` : state)));
    })));
}

/** Why a question is open, in the reader's language; the service names words that no source has. */
function lacking(missing) {
  const words = /: (.+)$/s.exec(missing ?? "");
  return words ? t("question_unknown", { words: words[1] }) : t("question_open");
}
