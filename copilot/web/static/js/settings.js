// Settings: one page for each section, whose part of the script is loaded for it alone.

import { byId, problem } from "./dom.js";

const root = byId("section");
// On a narrow screen the tabs scroll: the one that is open is in sight.
document.querySelector(".tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
import(`./settings_${root.dataset.section}.js`)
  .then((section) => section.show(root))
  .catch((error) => root.replaceChildren(problem(error)))
  .finally(() => root.setAttribute("aria-busy", "false"));
