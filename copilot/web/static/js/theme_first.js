// Run before anything is drawn: a page must not show one theme and then another.

(() => {
  const root = document.documentElement;
  const theme = localStorage.getItem("theme"), contrast = localStorage.getItem("contrast");
  if (theme) root.dataset.theme = theme;
  if ((contrast ?? (matchMedia("(prefers-contrast: more)").matches ? "more" : "")) === "more") root.dataset.contrast = "more";
})();
