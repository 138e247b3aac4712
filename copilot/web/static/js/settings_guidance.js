// How this team writes and works: the tone guide, processes and saved replies.

import { get, put, remove } from "./api.js";
import { el, problem, recently, t } from "./dom.js";
import { during } from "./table.js";

export async function show(root) {
  const parts = [el("section", {}), el("section", {}), el("section", {})];
  root.replaceChildren(...parts);
  await Promise.all([tone(parts[0]), processes(parts[1]), replies(parts[2])]);
}

async function tone(root) {
  const guide = await get("/v1/tone-guide").catch((error) => { if (error.status !== 404) throw error; return null; });
  root.replaceChildren(el("h2", {}, t("tone_guide")), el("p", { className: "muted small" }, t("tone_guide_told")),
    editor({ body: guide?.body ?? "", label: t("tone_guide"), max: 20_000, save: (body) => put("/v1/tone-guide", { body }) }));
}

async function processes(root) {
  const { items } = await get("/v1/processes");
  const again = () => processes(root).catch((error) => root.append(problem(error)));
  root.replaceChildren(el("h2", {}, t("processes")), el("p", { className: "muted small" }, t("processes_told")),
    ...items.map(({ front, steps, body, updated_at: at }) => fold(front.title, t("process_steps", { count: steps.length }), at,
      editor({ body, label: front.title, max: 100_000, save: (text) => put(`/v1/processes/${front.name}`, { body: text }).then(again),
        drop: () => remove(`/v1/processes/${front.name}`).then(again) }))),
    fold(t("process_new"), "", null, editor({ body: t("process_template"), label: t("process_new"), max: 100_000,
      save: (body) => put(`/v1/processes/${/^name:\s*([\w-]+)/m.exec(body)?.[1] ?? "unnamed"}`, { body }).then(again) })));
}

async function replies(root) {
  const { items } = await get("/v1/saved-replies");
  const again = () => replies(root).catch((error) => root.append(problem(error)));
  const address = ({ source, external_id: id }) => `/v1/saved-replies/${encodeURIComponent(source)}/${id.split("/").map(encodeURIComponent).join("/")}`;
  const form = (reply) => {
    const title = el("input", { value: reply.title, required: true, maxLength: 300 });
    const language = el("input", { value: reply.language ?? "", maxLength: 35, placeholder: "fi" });
    const tags = el("input", { value: reply.tags.join(", ") });
    return editor({ body: reply.body, label: t("saved_reply_text"), max: 20_000,
      above: el("div", { className: "fields" }, el("label", {}, t("saved_reply_title"), title), el("label", {}, t("language"), language), el("label", {}, t("saved_reply_tags"), tags)),
      save: (body) => put(address(reply), { title: title.value, body, language: language.value || null,
        tags: tags.value.split(",").map((one) => one.trim()).filter(Boolean) }).then(again),
      drop: reply.id ? () => remove(address(reply)).then(again) : null });
  };
  root.replaceChildren(el("h2", {}, t("saved_replies")), el("p", { className: "muted small" }, t("saved_replies_told")),
    ...items.map((one) => fold(one.title, one.language ?? "", one.updated_at, form(one))),
    fold(t("saved_reply_new"), "", null, form({ source: "console", external_id: crypto.randomUUID?.() ?? String(Date.now()), title: "", body: "", language: null, tags: [] })));
}

function fold(title, facts, at, content) {
  return el("details", { className: "panel fold" }, el("summary", {}, el("b", {}, title), " ",
    el("span", { className: "muted small" }, [facts, at ? t("article_updated", { when: recently(at) }) : ""].filter(Boolean).join(" · "))), content);
}

/** A text with a button that saves it; what was not saved is not thrown away by a problem. */
function editor({ body, label, max, save, drop = null, above = null }) {
  const text = el("textarea", { value: body, rows: 10, maxLength: max, "aria-label": label, className: "mono" });
  const told = el("div", { role: "status" });
  const button = el("button", { className: "primary" }, t("save"));
  const out = drop && el("button", { type: "button", className: "danger" }, t("delete"));
  out?.addEventListener("click", () => confirm(t("delete_sure", { name: label })) && during(out, told, drop));
  return el("form", { className: "stack", onsubmit: (event) => {
    event.preventDefault();
    during(button, told, async () => {
      await save(text.value);
      told.replaceChildren(t("saved"));
    });
  } }, above, text, el("div", { className: "buttons" }, button, out), told);
}
