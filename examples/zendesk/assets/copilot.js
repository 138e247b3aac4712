// The panel beside a Zendesk ticket: tells it which ticket is open, and puts what the agent
// chooses into the reply. The agent reads it and sends it.

const client = ZAFClient.init();

(async () => {
  const { settings } = await client.metadata();
  const { "ticket.id": ticket, "currentUser.locale": locale } = await client.get(["ticket.id", "currentUser.locale"]);
  const script = document.createElement("script");
  script.src = new URL("/panel/element.js", settings.copilot).href;
  await new Promise((done, failed) => {
    script.onload = done;
    script.onerror = () => failed(new Error("Copilot cannot be reached."));
    document.head.append(script);
  });
  const panel = document.createElement("copilot-panel");
  const told = { site: settings.site, source: settings.source || "zendesk", "external-id": String(ticket), locale: (locale || "en").slice(0, 2) };
  for (const [name, value] of Object.entries(told)) panel.setAttribute(name, value);
  panel.addEventListener("copilot-insert", ({ detail }) => client.invoke("ticket.editor.insert", detail.text));
  document.body.append(panel);
  client.invoke("resize", { width: "100%", height: "640px" });
})();
