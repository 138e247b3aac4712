// The people who may sign in, and what they may do.

import { patch, post, remove } from "./api.js";
import { byId, el, recently, t } from "./dom.js";
import { during, pagedTable } from "./table.js";

export function show(root) {
  const told = el("div", { role: "status" }), people = el("div", { "aria-busy": "true" });
  const roles = (chosen) => ["agent", "admin"].map((one) => el("option", { value: one, selected: one === chosen }, t(`role_${one}`)));
  const form = el("form", { className: "panel stack", id: "new-person" },
    el("h2", {}, t("person_new")),
    el("div", { className: "fields" },
      el("label", {}, t("email"), el("input", { type: "email", name: "email", required: true, maxLength: 320, autocomplete: "off" })),
      el("label", {}, t("person_name"), el("input", { name: "name", required: true, maxLength: 200, autocomplete: "off" })),
      el("label", {}, t("role"), el("select", { name: "role" }, roles("agent"))),
      el("button", { className: "primary" }, t("person_add"))));
  root.replaceChildren(el("h2", {}, t("settings_people")), told, people, form);

  const table = pagedTable(people, {
    caption: t("settings_people"),
    empty: t("people_empty"),
    path: (cursor) => `/v1/agents?limit=50${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`,
    columns: [
      { label: t("person_name"), cell: (one) => [el("b", {}, el("bdi", {}, one.name)), el("span", { className: "sub" }, one.email)] },
      { label: t("role"), cell: role },
      { label: t("person_access"), cell: (one) => [el("span", { className: `chip ${one.access === "open" ? "open" : one.access === "invited" ? "pending" : ""}` }, t(`access_${one.access}`)),
        one.signed_in_at ? el("span", { className: "sub" }, t("person_since", { when: recently(one.signed_in_at) })) : null] },
      { label: t("job_do"), cell: (one) => el("div", { className: "buttons" }, act(t("person_link"), (button) => invite(button, () => post(`/v1/agents/${one.id}/link`))),
        one.access === "shut" ? null : act(t("person_shut"), (button) => confirm(t("person_shut_sure", { name: one.name })) && during(button, told, async () => {
          await remove(`/v1/agents/${one.id}`);
          await table.restart();
        }))) },
    ],
  });

  const act = (label, does) => el("button", { type: "button", onclick: ({ currentTarget }) => does(currentTarget) }, label);

  function role(one) {
    const choice = el("select", { "aria-label": t("person_role_of", { name: one.name }) }, roles(one.role));
    choice.addEventListener("change", () => during(choice, told, async () => {
      try {
        await patch(`/v1/agents/${one.id}`, { role: choice.value });
        one.role = choice.value;
      } finally {
        choice.value = one.role;
      }
    }));
    return choice;
  }

  /** The link is shown once: nobody mails it. */
  function invite(button, ask) {
    return during(button, told, async () => {
      const made = await ask();
      await table.restart();
      told.replaceChildren(el("div", { className: "notice" },
        el("p", {}, t("person_link_once", { name: made.agent.name, minutes: made.minutes })),
        el("code", { className: "secret", id: "new-link", tabIndex: 0 }, made.link)));
      byId("new-link").focus();
    });
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const { email, name, role: chosen } = Object.fromEntries(new FormData(form));
    invite(form.querySelector("button"), async () => {
      const made = await post("/v1/agents", { email, name, role: chosen });
      form.reset();
      return made;
    });
  });

  return table.restart();
}
