// Small charts as SVG. Text goes into the page as text only.

const SVG = "http://www.w3.org/2000/svg";

export function svg(name, attributes = {}) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) {
    element.setAttribute(key, value);
  }
  return element;
}

export function element(name, className = "", text = "") {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== "") made.textContent = text;
  return made;
}

/** Writes a text that has changed; the browser lays out again what is written. */
export function write(node, text) {
  if (node.textContent !== String(text)) node.textContent = text;
}

const WHOLE = new Intl.NumberFormat("en");
const SHORT = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
export const count = (n) => WHOLE.format(n);
export const compact = (n) => (n < 10_000 ? WHOLE.format(n) : SHORT.format(n));
export const share = (part) => (part === 0 ? "0 %" : part < 0.001 ? "< 0.1 %" : (100 * part).toFixed(part < 0.1 ? 1 : 0) + " %");

const pad = (n) => String(n).padStart(2, "0");
export function clock(time, withDate = false) {
  const t = new Date(time);
  const hours = pad(t.getUTCHours()) + ":" + pad(t.getUTCMinutes());
  return withDate ? t.toISOString().slice(0, 10) + " " + hours : hours;
}

/** A line of counts, oldest first. */
export function sparkline(counts) {
  const picture = svg("svg", { class: "spark", viewBox: "0 0 100 22", preserveAspectRatio: "none", "aria-hidden": "true" });
  const most = Math.max(1, ...counts);
  const step = counts.length > 1 ? 98 / (counts.length - 1) : 0;
  const path = counts.map((n, i) => (i ? "L" : "M") + (1 + i * step).toFixed(1) + " " + (20 - (18 * n) / most).toFixed(1)).join("");
  picture.append(svg("path", { d: path }));
  return picture;
}

/** Bars over time: what is missing is hatched and no zero, the window that is open is paler. */
export function bars(points, value, title, { open = false, label = (n) => count(n) } = {}) {
  const figure = element("figure", "chart");
  const known = points.map(value).filter((n) => n !== null);
  const most = Math.max(1, ...known);
  const caption = element("figcaption");
  caption.append(element("strong", "", title), element("span", "", known.length ? "at most " + label(most) : "nothing"));
  const width = 600;
  const height = 100;
  const picture = svg("svg", { viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", role: "img" });
  const slot = width / Math.max(1, points.length);
  let missing = 0;
  points.forEach((point, i) => {
    const n = value(point);
    const tall = n === null ? height : (height * n) / most;
    if (n === null) missing++;
    const bar = svg("rect", {
      x: (i * slot + slot * 0.1).toFixed(1), y: (height - tall).toFixed(1), width: (slot * 0.8).toFixed(1), height: tall.toFixed(1),
      class: n === null ? "gap" : open && i === points.length - 1 ? "open" : "",
    });
    const hint = svg("title");
    hint.textContent = clock(point.start, true) + " UTC: " + (n === null ? "no data" : label(n));
    bar.append(hint);
    picture.append(bar);
  });
  picture.append(svg("line", { x1: 0, y1: height, x2: width, y2: height, class: "axis" }));
  picture.setAttribute("aria-label", `${title}: ${known.length} windows, at most ${label(most)}` + (missing ? `, ${missing} without data` : ""));
  const times = element("div", "times");
  if (points.length) {
    const days = new Date(points[points.length - 1].start) - new Date(points[0].start) > 86_400_000;
    times.append(element("span", "", clock(points[0].start, days)), element("span", "", clock(points[points.length - 1].start, days) + " UTC"));
  }
  figure.append(caption, picture, times);
  return figure;
}
