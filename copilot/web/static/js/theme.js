// Light or dark: the system decides until the reader does.

const root = document.documentElement;

// Texts that were being edited are kept for a reload or a new sign-in, not for who comes next.
document.querySelector('form[action="/logout"]')?.addEventListener("submit", () => sessionStorage.clear());

// More contrast where the system asks for it, until the reader says otherwise.
const contrast = document.getElementById("contrast"), asked = matchMedia("(prefers-contrast: more)");
function setContrast() {
  const more = (localStorage.getItem("contrast") ?? (asked.matches ? "more" : "")) === "more";
  if (more) root.dataset.contrast = "more";
  else delete root.dataset.contrast;
  contrast?.setAttribute("aria-pressed", String(more));
}
setContrast();
asked.addEventListener("change", setContrast);
contrast?.addEventListener("click", () => {
  localStorage.setItem("contrast", root.dataset.contrast ? "less" : "more");
  setContrast();
});

document.getElementById("theme")?.addEventListener("click", () => {
  const dark = root.dataset.theme
    ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  localStorage.setItem("theme", root.dataset.theme);
});
