// A call without a transcript yet: being worked on, failed, or stopped.

import { post } from "./api.js";
import { clock, el, known, t } from "./dom.js";

const RETRY_MS = 3000;
/** The share of the job's progress that is listening; the rest is the notes. */
const LISTENING = 0.9;

/** Shows how far the job is, until it ends; then `again()`. */
export function waiting(call, again) {
  const bar = el("progress", { max: 1, value: 0, "aria-label": t("call_working") });
  const told = el("p", { role: "status" }, known(`status_${call.status}`, t("call_working")));
  const far = el("p", { className: "muted small" });
  const message = el("p", { className: "notice bad", role: "alert", hidden: true });
  const stop = el("button", { type: "button" }, t("call_cancel"));
  const events = new EventSource(`/v1/jobs/${call.job_id}/events`);
  events.addEventListener("job", (event) => {
    const job = JSON.parse(event.data);
    bar.value = job.progress;
    const share = Math.min(1, job.progress / LISTENING);
    const status = job.status === "queued" ? t("status_queued") : share < 1 ? t("call_working") : t("status_summarising");
    // Only what is new, or a screen reader says it again and again.
    if (told.textContent !== status) told.textContent = status;
    far.textContent = call.duration && job.status === "running"
      ? t("seconds_done", { done: clock(share * call.duration), duration: clock(call.duration) }) : "";
    if (["succeeded", "failed", "cancelled"].includes(job.status)) {
      events.close();
      again();
    }
  });
  // A dropped line is taken up again by the browser; a refusal, as after the session, is not.
  events.addEventListener("error", () => {
    if (events.readyState === EventSource.CLOSED) setTimeout(again, RETRY_MS);
  });
  addEventListener("pagehide", () => events.close(), { once: true });
  stop.addEventListener("click", async () => {
    stop.disabled = true;
    try {
      await post(`/v1/jobs/${call.job_id}/cancel`);
    } catch (error) {
      // It had ended already: its last event says how.
      if (error.code !== "job_finished") {
        message.textContent = `${t("error")} ${error.message}`;
        message.hidden = stop.disabled = false;
      }
    }
  });
  return el("div", { className: "call-state" }, told, bar, far, message, el("p", {}, stop));
}

/** Why there is no transcript, and the way to try again. */
export function failed(call, again) {
  const retry = el("button", { type: "button", className: "primary" }, t("call_retry"));
  const why = call.status === "cancelled" ? t("call_cancelled")
    : `${t("call_failed")} ${known(`call_error_${call.error?.code}`, known(`problem_${call.error?.code}`, call.error?.detail ?? ""))}`;
  const told = el("p", { className: call.status === "cancelled" ? "notice" : "notice bad", role: "alert" }, why);
  retry.addEventListener("click", async () => {
    retry.disabled = true;
    try {
      await post(`/v1/jobs/${call.job_id}/retry`);
      again();
    } catch (error) {
      told.className = "notice bad";
      told.textContent = `${t("error")} ${error.message}`;
      retry.disabled = false;
    }
  });
  return el("div", { className: "call-state" }, told, el("p", { className: "muted small" }, t("call_kept")), el("p", {}, retry));
}
