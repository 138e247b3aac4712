// The service's own API: the session cookie says who, the token says that the page asked.

import { known, t } from "./dom.js";

export const token = document.querySelector('meta[name="csrf-token"]')?.content ?? "";

// The page asked for anew leads to the sign-in page, and from there back here.
let bearer = "", lost = () => location.reload();

/** From now on a token says who: for frames, to which cookies do not come. `end()` when it is void. */
export function useBearer(given, end) {
  bearer = given;
  lost = end;
}

/** A problem with its stable `code`, in the reader's words where there are some; 0: no answer. */
export class Problem extends Error {
  constructor(status, body) {
    const code = body?.code ?? (status === 0 || status > 500 ? "unavailable" : "http_error");
    super(known(`problem_${code}`, body?.detail ?? `HTTP ${status}`));
    this.status = status;
    this.code = code;
  }
}

async function send(path, { method = "GET", json, headers = {}, signal, quiet = false } = {}) {
  const wanted = { "X-CSRF-Token": token, ...headers };
  if (bearer) wanted.Authorization = `Bearer ${bearer}`;
  if (json !== undefined) wanted["Content-Type"] = "application/json";
  const response = await fetch(path, { method, signal, headers: wanted, body: json && JSON.stringify(json) })
    .catch((error) => { throw error.name === "AbortError" ? error : new Problem(0, null); });
  if (response.status === 401 && !quiet) lost();
  if (!response.ok) throw new Problem(response.status, await response.json().catch(() => null));
  return response;
}

/** GET as JSON; `quiet`: what nobody asked for just now leads nobody away to the sign-in page. */
export const get = async (path, { quiet } = {}) => (await send(path, { quiet })).json();

/** POST JSON, answer as JSON; `quiet` as with `get`. */
export const post = async (path, json, { quiet } = {}) => (await send(path, { method: "POST", json, quiet })).json();

/** PUT JSON, answer as JSON. */
export const put = async (path, json) => (await send(path, { method: "PUT", json })).json();

/** DELETE; there is no answer. */
export const remove = async (path) => void (await send(path, { method: "DELETE" }));

/** PATCH JSON, answer as JSON. */
export const patch = async (path, json) => (await send(path, { method: "PATCH", json })).json();

/** POST JSON and read the answer's events: calls `on(event, data)` for each. */
export async function stream(path, json, on, signal) {
  const headers = { Accept: "text/event-stream" };
  const response = await send(path, { method: "POST", json, headers, signal });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read().catch((error) => {
      throw error.name === "AbortError" ? error : new Problem(0, { code: "draft_broken", detail: t("draft_broken") });
    });
    if (done) return;
    rest += value.replace(/\r\n/g, "\n");
    const blocks = rest.split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) {
      const event = /^event: ?(.*)$/m.exec(block)?.[1];
      const data = [...block.matchAll(/^data: ?(.*)$/gm)].map((line) => line[1]).join("\n");
      if (event && data) on(event, JSON.parse(data));
    }
  }
}
