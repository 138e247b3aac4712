// Light or dark: the system decides until the reader does.

const root = document.documentElement;
const stored = localStorage.getItem("theme");

// Texts that were being edited are kept for a reload or a new sign-in, not for who comes next.
document.querySelector('form[action="/logout"]')?.addEventListener("submit", () => sessionStorage.clear());

if (stored) root.dataset.theme = stored;

document.getElementById("theme")?.addEventListener("click", () => {
  const dark = root.dataset.theme
    ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  localStorage.setItem("theme", root.dataset.theme);
});
