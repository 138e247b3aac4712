// That a conversation was seen: it is not unread any more, here and in other windows.

import { post } from "./api.js";

/** The name of the channel on which windows tell one another `{ id, version }`. */
export const READ = "copilot read";

let seen = 0, wanted = null;

async function send() {
  if (!wanted || document.hidden || wanted.version <= seen) return;
  const { id, version } = wanted;
  seen = version;
  // Nobody asked for it: it is told again with the next message.
  await post(`/v1/conversations/${id}/read`, { version }, { quiet: true }).then(() => {
    const channel = new BroadcastChannel(READ);
    channel.postMessage({ id, version });
    channel.close();
  }, () => { seen = 0; });
}

/** The conversation is shown as of `version`: seen as soon as the page is looked at. */
export function markRead(id, version) {
  if (id !== wanted?.id) seen = 0;
  wanted = { id, version };
  send();
}

document.addEventListener("visibilitychange", send);
