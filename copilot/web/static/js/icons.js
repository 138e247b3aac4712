// The console's icons, drawn here: strokes on a field of 24 by 24.

const SVG = "http://www.w3.org/2000/svg";
const PATHS = {
  insert: "M4 5h16M4 19h16M4 12h7M15 9l-4 3 4 3M20 12h-9",
};

/** The icon of that name; what it means is told by the button around it. */
export function icon(name) {
  const drawing = document.createElementNS(SVG, "svg"), path = document.createElementNS(SVG, "path");
  for (const [key, value] of Object.entries({ viewBox: "0 0 24 24", "aria-hidden": "true" })) drawing.setAttribute(key, value);
  for (const [key, value] of Object.entries({
    d: PATHS[name], fill: "none", stroke: "currentColor", "stroke-width": "2", "stroke-linecap": "round", "stroke-linejoin": "round",
  })) path.setAttribute(key, value);
  drawing.append(path);
  return drawing;
}
