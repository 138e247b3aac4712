// The panel in another desktop: summary, draft and card of the case that is looked at there.

import { get, post, useBearer } from "./api.js";
import { cardBody } from "./card.js";
import { announce, byId, el, problem, t } from "./dom.js";
import { setUpDraft } from "./draft.js";
import { host } from "./panel_host.js";
import { markRead } from "./read_mark.js";
import { setUpSummary } from "./summary_panel.js";

const ASK_MS = 1500, ASKED_FOR_MS = 10 * 60_000;
const { site, accent, origins, signedIn } = document.body.dataset;
const asked = new URLSearchParams(location.search);
const told = byId("panel-told"), shell = byId("panel-case");
let current = null, wanted = null, ready = false, asking = 0;

const desktop = host(origins.split(" ").filter(Boolean), {
  source: asked.get("source") ?? "",
  opened: open,
  themed: dress,
});

function dress(theme, colour) {
  const { dataset } = document.documentElement;
  if (["light", "dark"].includes(theme)) dataset.theme = theme;
  else if (["auto", "contrast"].includes(theme)) delete dataset.theme;
  if (theme === "contrast" || matchMedia("(prefers-contrast: more)").matches) dataset.contrast = "more";
  else delete dataset.contrast;
  if (/^#[0-9a-f]{6}$/i.test(colour ?? "")) {
    const [r, g, b] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
    document.documentElement.style.setProperty("--accent", colour);
    document.documentElement.style.setProperty("--accent-ink", 0.299 * r + 0.587 * g + 0.114 * b > 150 ? "#000" : "#fff");
  }
}

/** Show the case that the desktop looks at; before anybody is signed in it is kept in mind. */
async function open(which) {
  wanted = which;
  if (!ready) return;
  if (!which) return nothing();
  const key = JSON.stringify(which);
  if (key === current) return;
  current = key;
  // At once: while the next case comes, nothing of the last may be put into it.
  shell.replaceChildren(...pristine.cloneNode(true).childNodes);
  shell.hidden = true;
  told.replaceChildren(el("p", { className: "muted" }, t("loading")));
  try {
    const id = which.conversation ?? (await get(`/v1/panel/conversation?${new URLSearchParams(which)}`)).id;
    const conversation = await get(`/v1/conversations/${id}`);
    if (key === current) await show(conversation);
  } catch (error) {
    if (key !== current) return;
    current = null;
    const unknown = error.code === "conversation_not_found";
    told.replaceChildren(unknown ? el("p", { className: "muted" }, t("panel_unknown")) : problem(error));
    if (unknown) desktop.tell("unknown", which);
  }
}

/** Nothing is looked at any more: what was shown must not go into another case. */
function nothing() {
  current = null;
  shell.replaceChildren(...pristine.cloneNode(true).childNodes);
  shell.hidden = true;
  told.replaceChildren(el("p", { className: "muted" }, t("panel_nothing")));
}

const pristine = shell.cloneNode(true);

async function show(conversation) {
  const { id } = conversation;
  // Everything that was wired to the case before goes with its elements.
  shell.replaceChildren(...pristine.cloneNode(true).childNodes);
  shell.hidden = false;
  told.replaceChildren();
  const numbers = new Map(conversation.messages.map((one) => [one.id, one.seq]));
  const orders = new Map();
  const away = (anchor = "") => window.open(`/c/${id}${anchor}`, "_blank", "noopener");
  const messageName = (one) => t("source_message", { n: numbers.get(one) ?? "?" });
  byId("subject").textContent = byId("subject").title = conversation.subject || t(`channel_${conversation.channel}`);
  byId("panel-open").href = `/c/${id}`;
  const draft = setUpDraft(id, {
    toMessage: (one) => away(`#${one}`), messageName, toOrder: () => away(),
    orderName: (one) => t("source_order", { number: orders.get(one) ?? "?" }),
    insert: (text, made) => {
      desktop.tell("insert", { text, draft_id: made.id, conversation_id: id });
      announce(t("panel_inserted"));
    },
  });
  const summary = setUpSummary(id, {
    messageName, play: () => {}, subject: () => conversation.subject, catchUp: async () => false, away: (one) => away(`#${one}`),
  });
  await Promise.all([draft.restore(), summary.load(), card(id, orders, draft, away)]);
  // Another case may have been opened meanwhile: then this one was not looked at.
  if (byId("panel-open").href.endsWith(`/c/${id}`)) markRead(id, conversation.version);
  desktop.tell("shown", { conversation_id: id });
}

async function card(id, orders, draft, away) {
  const body = byId("card");
  try {
    const found = await get(`/v1/conversations/${id}/context`);
    for (const order of found.orders) orders.set(order.id, order.number);
    body.replaceChildren(cardBody(found, id, (one) => away(`#${one}`), draft.take));
    for (const link of body.querySelectorAll("a")) Object.assign(link, { target: "_blank", rel: "noopener" });
  } catch (error) {
    body.replaceChildren(problem(error));
  } finally {
    body.setAttribute("aria-busy", "false");
  }
}

// --- Being let in ---

const random = () => Array.from(crypto.getRandomValues(new Uint8Array(32)), (one) => one.toString(16).padStart(2, "0")).join("");

async function hashed(text) {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(bytes), (one) => one.toString(16).padStart(2, "0")).join("");
}

/** The same letters that the window shows: whoever allows sees that it is this panel. */
function codeOf(challenge) {
  const letters = "BCDFGHJKLMNPQRSTVWXZ";
  let value = BigInt(`0x${challenge.slice(0, 16)}`), code = "";
  for (let at = 0; at < 6; at += 1) {
    code += letters[Number(value % 20n)];
    value /= 20n;
  }
  return `${code.slice(0, 3)}-${code.slice(3)}`;
}

async function askToBeLetIn() {
  const secret = random(), challenge = await hashed(secret), mine = asking += 1;
  const query = new URLSearchParams({ site, challenge });
  const link = el("a", { className: "button", href: `/panel/allow?${query}`, target: "_blank", rel: "noopener" }, t("panel_let_in"));
  told.replaceChildren(el("p", {}, t("panel_let_in_text")),
    el("p", { className: "code-to-compare" }, t("panel_code"), " ", el("strong", { className: "code" }, codeOf(challenge))),
    el("p", {}, link));
  shell.hidden = true;
  link.addEventListener("click", () => wait(), { once: true });

  async function wait() {
    const until = Date.now() + ASKED_FOR_MS;
    while (mine === asking && Date.now() < until) {
      await new Promise((done) => { setTimeout(done, ASK_MS); });
      const made = await post("/v1/panel/token", { secret }, { quiet: true }).catch(() => null);
      if (made?.token && mine === asking) return letIn(made.token);
    }
    if (mine === asking) askToBeLetIn();
  }
}

/** The token is for this view of the page; a cookie of this frame alone is for the next. */
function letIn(token) {
  useBearer(token, lost);
  begin();
}

/** The agent signed out, or was shut out: nothing of what was shown stays. */
function lost() {
  try {
    sessionStorage.clear();
  } catch { /* the browser keeps nothing for frames: then there is nothing */ }
  useBearer("", lost);
  ready = false;
  current = null;
  shell.replaceChildren(...pristine.cloneNode(true).childNodes);
  shell.hidden = true;
  desktop.tell("signed_out");
  askToBeLetIn();
}

function begin() {
  ready = true;
  nothing();
  desktop.tell("signed_in");
  if (wanted) open(wanted);
  else desktop.ask();
}

function start() {
  dress(asked.get("theme"), accent);
  if (asked.get("conversation")) wanted = { conversation: asked.get("conversation") };
  else if (asked.get("external_id")) wanted = { source: asked.get("source") ?? "", external_id: asked.get("external_id") };
  desktop.tell("ready");
  if (signedIn) {
    useBearer("", lost);
    begin();
  } else askToBeLetIn();
}

start();
