// <copilot-panel>: the panel of a Copilot in any page. Put the text of its `copilot-insert` event
// where your agents write; nothing is ever sent from here.

(() => {
  const script = document.currentScript?.src;
  const KEPT = ["conversation", "source", "external-id", "theme", "accent"];

  class CopilotPanel extends HTMLElement {
    static observedAttributes = ["base", "site", "locale", ...KEPT];

    #frame = null;
    #heard = (event) => this.#hear(event);

    /** The address of the Copilot: where this script is from, unless `base` says otherwise. */
    get base() {
      return new URL(this.getAttribute("base") || script || location.href).origin;
    }

    connectedCallback() {
      addEventListener("message", this.#heard);
      this.#load();
    }

    disconnectedCallback() {
      removeEventListener("message", this.#heard);
      this.#frame?.remove();
      this.#frame = null;
    }

    attributeChangedCallback(name, before, after) {
      if (!this.#frame || before === after) return;
      if (name === "theme" || name === "accent") this.#say({ type: "theme", theme: this.getAttribute("theme"), accent: this.getAttribute("accent") });
      else if (KEPT.includes(name)) this.#open();
      else this.#load();
    }

    #load() {
      this.#frame?.remove();
      const query = new URLSearchParams({ site: this.getAttribute("site") ?? "", host: location.origin });
      for (const name of [...KEPT, "locale"]) {
        if (this.hasAttribute(name)) query.set(name.replace("-", "_"), this.getAttribute(name));
      }
      this.#frame = document.createElement("iframe");
      this.#frame.src = `${this.base}/panel?${query}`;
      this.#frame.title = this.getAttribute("title") || "Copilot";
      this.#frame.allow = "clipboard-write";
      this.#frame.style.cssText = "border: 0; display: block; width: 100%; height: 100%; min-height: 24rem;";
      this.append(this.#frame);
    }

    #open() {
      this.#say({
        type: "open",
        conversation: this.getAttribute("conversation") ?? "",
        source: this.getAttribute("source") ?? "",
        external_id: this.getAttribute("external-id") ?? "",
      });
    }

    #say(message) {
      this.#frame?.contentWindow?.postMessage({ copilot: 1, ...message }, this.base);
    }

    #hear(event) {
      if (!this.#frame || event.source !== this.#frame.contentWindow || event.origin !== this.base) return;
      const { copilot, type, ...detail } = event.data ?? {};
      if (copilot !== 1 || typeof type !== "string") return;
      if (type === "ready") this.#open();
      this.dispatchEvent(new CustomEvent(`copilot-${type.replaceAll("_", "-")}`, { detail, bubbles: true }));
    }
  }

  if (!customElements.get("copilot-panel")) customElements.define("copilot-panel", CopilotPanel);
})();
