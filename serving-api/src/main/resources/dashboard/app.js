import { ask, link, parameters, read, show } from "./state.js";
import { bars, clock, compact, count, element, share, sparkline, write } from "./charts.js";

const $ = (id) => document.getElementById(id);
const REFRESH_MILLIS = 150;
const SLOW_REFRESH_MILLIS = 10_000;
const MAX_TWEETS = 30;

let view = read();
let paused = false;
let refreshing = false;
let again = false;
let lastRefresh = 0;

// Motion ---------------------------------------------------------------------------------------------------------------

/** Storage may be forbidden. */
function stored(value) {
  try {
    if (value !== undefined) localStorage.setItem("motion", value);
    return localStorage.getItem("motion");
  } catch {
    return null;
  }
}
const remembered = stored();
let motion = remembered === null ? !matchMedia("(prefers-reduced-motion: reduce)").matches : remembered === "on";
function setMotion(on) {
  motion = on;
  document.body.classList.toggle("moving", on);
  $("motion").setAttribute("aria-pressed", on);
}
$("motion").addEventListener("click", () => {
  setMotion(!motion);
  stored(motion ? "on" : "off");
});
setMotion(motion);

// Rankings -------------------------------------------------------------------------------------------------------------

/** Brings the rows of a table to those of the items; rows stay the same by key, and move to their new place. */
function rank(body, items, key, make, update) {
  const before = new Map([...body.children].map((row) => [row.dataset.key, row]));
  const tops = new Map([...before].map(([name, row]) => [name, row.getBoundingClientRect().top]));
  const rows = items.map((item) => {
    const name = key(item);
    let row = before.get(name);
    if (!row) {
      row = make(item);
      row.dataset.key = name;
    }
    update(row, item);
    return row;
  });
  place(body, rows);
  if (!motion || document.hidden) return;
  for (const row of rows) {
    const old = tops.get(row.dataset.key);
    const moved = old === undefined ? 0 : old - row.getBoundingClientRect().top;
    if (moved) {
      row.style.transition = "none";
      row.style.transform = `translateY(${moved}px)`;
      requestAnimationFrame(() => requestAnimationFrame(() => {
        row.style.transition = "";
        row.style.transform = "";
      }));
    }
  }
}

/** Moves only what is not in its place, and keeps the focus where it is. */
function place(body, rows) {
  const focused = document.activeElement;
  for (const row of [...body.children]) {
    if (!rows.includes(row)) row.remove();
  }
  rows.forEach((row, i) => {
    if (body.children[i] !== row) body.insertBefore(row, body.children[i] ?? null);
  });
  if (focused !== document.activeElement && body.contains(focused)) focused.focus({ preventScroll: true });
}

function cells(...classes) {
  const row = element("tr");
  row.append(...classes.map((name) => element("td", name)));
  return row;
}

/** A name with a bar behind it; a hashtag leads to itself over time. */
function nameCell(cell, text, part, hashtag) {
  if (!cell.firstChild) {
    cell.append(element("div", "bar"), hashtag === null ? element("span") : element("a"));
  }
  const [bar, label] = cell.children;
  // In steps that can be seen: each change sets the bar in motion for half a second.
  bar.style.transform = `scaleX(${Math.max(0.005, Math.round(200 * part) / 200)})`;
  write(label, text);
  label.title = text;
  if (hashtag !== null) {
    const address = link({ ...view, hashtag });
    if (label.getAttribute("href") !== address) label.href = address;
  }
}

/** Nothing is new where the ranks of before are not known. */
function change(cell, item, ranked) {
  if (!ranked) {
    cell.className = "change";
    cell.removeAttribute("aria-label");
    write(cell, "");
    return;
  }
  const previous = item.previous_rank;
  const up = previous === undefined ? null : previous - item.rank;
  cell.className = "change" + (up === null || up > 0 ? " up" : "");
  write(cell, up === null ? "new" : up > 0 ? "▲" + up : up < 0 ? "▼" + -up : "–");
  cell.setAttribute("aria-label", up === null ? "new" : up > 0 ? "up " + up : up < 0 ? "down " + -up : "unchanged");
}

function authors(item) {
  return (item.authors_error > 0 ? "≈ " : "") + compact(item.authors);
}

function trends(answer) {
  const most = Math.max(1, ...answer.items.map((item) => item.mentions));
  rank($("trends"), answer.items, (item) => item.name,
    () => cells("number", "change", "name", "number", "number share", "number authors", "number score", "history"),
    (row, item) => {
      const [place, moved, name, mentions, part, people, score, history] = row.children;
      write(place, item.rank);
      change(moved, item, answer.ranked);
      nameCell(name, "#" + item.name, item.mentions / most, item.name);
      write(mentions, count(item.mentions));
      mentions.title = `${count(item.originals)} of them no reposts`;
      write(part, share(item.share));
      write(people, authors(item));
      people.title = item.authors_error > 0 ? `estimate, standard error ${share(item.authors_error)}` : "exact";
      write(score, item.rising === undefined ? "–" : (item.rising > 0 ? "+" : "") + item.rising.toFixed(1));
      const line = item.history.join(" ");
      if (history.dataset.line !== line) {
        history.dataset.line = line;
        history.replaceChildren(sparkline(item.history));
      }
    });
  write($("history-title"), "Each " + answer.history_window);
  empty("trends", answer.items.length === 0);
}

function happiest(answer) {
  const most = Math.max(1, ...answer.items.map((item) => item.smiles));
  rank($("happy"), answer.items, (item) => item.hashtag,
    () => cells("number", "name", "number", "number"),
    (row, item) => {
      const [place, name, smiles, posts] = row.children;
      write(place, item.rank);
      nameCell(name, "#" + item.hashtag, item.smiles / most, item.hashtag);
      write(smiles, count(item.smiles));
      write(posts, count(item.posts));
    });
  empty("happy", answer.items.length === 0);
  write($("happy-window"), "Smiles in posts of " + span(answer.window) + ", " + answer.window.state);
}

const KINDS = { PERSON: "person", LOCATION: "place", ORGANIZATION: "organisation", PRODUCT: "product", OTHER: "other" };
function entities(answer) {
  const most = Math.max(1, ...answer.items.map((item) => item.mentions));
  rank($("entities"), answer.items, (item) => item.type + "/" + item.name,
    () => cells("number", "name", "kind", "number"),
    (row, item) => {
      const [place, name, kind, mentions] = row.children;
      write(place, item.rank);
      nameCell(name, item.name, item.mentions / most, null);
      write(kind, KINDS[item.type] ?? item.type.toLowerCase());
      write(mentions, count(item.mentions));
    });
  empty("entities", answer.items.length === 0);
}

const languageNames = new Intl.DisplayNames(["en"], { type: "language", fallback: "code" });
function languageName(code) {
  try {
    return code === "und" ? "not known" : languageNames.of(code);
  } catch {
    return code;
  }
}

function languages(answer) {
  rank($("languages"), answer.items.slice(0, 8), (item) => item.name,
    () => cells("name", "number", "number share"),
    (row, item) => {
      const [name, posts, part] = row.children;
      nameCell(name, languageName(item.name), item.share, null);
      write(posts, compact(item.posts));
      write(part, share(item.share));
    });
  const select = $("lang");
  const known = new Set([...select.options].map((option) => option.value));
  for (const item of answer.items) {
    if (!known.has(item.name)) {
      select.append(new Option(languageName(item.name), item.name));
      known.add(item.name);
    }
  }
  if (view.lang && !known.has(view.lang)) {
    select.append(new Option(languageName(view.lang), view.lang));
  }
  select.value = view.lang;
}

function empty(id, isEmpty) {
  const text = $(id + "-empty");
  text.hidden = !isEmpty;
  if (isEmpty) {
    const filtered = view.tier || view.lang || view.at;
    text.textContent = filtered
      ? "Nothing in this window with these filters."
      : "Nothing in this window yet. Posts come in when a source runs: ./tweetlake up";
  }
}

// The window -----------------------------------------------------------------------------------------------------------

function span(of) {
  const sameDay = of.start.slice(0, 10) === of.end.slice(0, 10);
  return clock(of.start, true) + "–" + clock(of.end, !sameDay && !of.end.includes("T00:00")) + " UTC";
}

const STATES = {
  open: (of) => `open, ${share(of.elapsed)} passed`,
  closing: () => "closing: late posts may still change it",
  final: () => "final",
};

function showWindow(of) {
  const text = $("window-text");
  text.replaceChildren(element("strong", "", span(of)), " · " + STATES[of.state](of) + " · posts up to " + clock(of.as_of, true));
  $("elapsed").style.width = 100 * of.elapsed + "%";
  const size = new Date(of.end) - new Date(of.start);
  const at = (time) => link({ ...view, at: new Date(time).toISOString().replace(".000", "") });
  $("earlier").href = at(new Date(of.start) - size);
  $("later").href = at(of.end);
  $("later").hidden = of.state === "open";
  $("now").href = link({ ...view, at: "" });
  $("now").hidden = view.at === "";
}

function windowSizes(sizes) {
  const shown = view.window === "" || sizes.includes(view.window) ? sizes : [...sizes, view.window];
  if ($("windows").dataset.sizes === shown.join()) return;
  $("windows").dataset.sizes = shown.join();
  $("windows").replaceChildren(...shown.map((size) => {
    const label = element("label");
    const input = element("input");
    Object.assign(input, { type: "radio", name: "window", value: size, checked: size === (view.window || sizes[0]) });
    label.append(input, element("span", "", size));
    return label;
  }));
}

/** In windows of the next smaller size, if there is one. */
function askVolumes(asked, sizes) {
  const tiers = asked.tier ? [asked.tier] : ["ai", "generic"];
  const window = sizes[Math.max(0, sizes.indexOf(asked.window) - 1)] ?? asked.window;
  return Promise.all(tiers.map((tier) =>
    ask("volume?" + parameters({ ...asked, tier, window }, ["window", "tier", "lang", "at"], { points: 36 }))));
}

function volumes(answers) {
  $("volume").replaceChildren(...answers.map((answer, i) => {
    const figure = bars(fromFirst(answer.points), (point) => point.posts ?? null, answer.tier === "ai" ? "AI" : "Generic", {
      open: answer.window.state === "open", label: (n) => `${count(n)} posts in ${answer.window.size}`,
    });
    const cut = answer.gaps.filter((gap) => gap.state === "disconnected").length;
    if (cut && i === answers.length - 1) {
      figure.append(element("p", "note", `${cut} ${cut === 1 ? "interval" : "intervals"} without connection in this time`));
    }
    return figure;
  }));
}

/** Without what lies before the first post: that is no gap. */
function fromFirst(points) {
  const first = points.findIndex((point) => point.posts !== undefined);
  return points.slice(Math.max(0, Math.min(first, points.length - 12)));
}

async function overTime(asked, isShown) {
  $("over-time").hidden = asked.hashtag === "";
  if (asked.hashtag === "") return;
  write($("over-time-title"), "#" + harmless(asked.hashtag) + " over time");
  try {
    const until = asked.at ? { to: new Date(new Date(asked.at).getTime() + 1).toISOString() } : {};
    const answer = await ask(`hashtags/${encodeURIComponent(asked.hashtag)}?` +
      parameters(asked, ["window", "tier", "lang"], { limit: 100, ...until }));
    if (!isShown()) return;
    $("over-time-chart").replaceChildren(bars(evenly(answer.points.reverse()), (point) => point.mentions, `windows of ${answer.window}`, {
      label: (n) => `${count(n)} mentions`,
    }));
  } catch (error) {
    if (!isShown()) return;
    $("over-time-chart").replaceChildren(element("p", "empty", error.message));
  }
}

/** With the windows between that have no mention; they are as far apart as the two closest. */
function evenly(points) {
  const times = points.map((point) => new Date(point.start).getTime());
  const step = Math.min(...times.slice(1).map((time, i) => time - times[i]));
  if (!Number.isFinite(step) || (times[times.length - 1] - times[0]) / step > 300) return points;
  const known = new Map(points.map((point, i) => [times[i], point]));
  const all = [];
  for (let time = times[0]; time <= times[times.length - 1]; time += step) {
    all.push(known.get(time) ?? { start: new Date(time).toISOString(), mentions: 0 });
  }
  return all;
}

// Refreshing -----------------------------------------------------------------------------------------------------------

function trouble(text) {
  $("trouble").hidden = text === "";
  write($("trouble"), text);
}

let knownSizes = { sizes: [], happy_sizes: [] };
let knownAt = 0;
/** The sizes of windows: they change when gold-aggregator starts with others. */
async function sizesOfWindows() {
  if (knownSizes.sizes.length === 0 || Date.now() - knownAt > SLOW_REFRESH_MILLIS) {
    knownSizes = await ask("windows");
    knownAt = Date.now();
  }
  return knownSizes;
}

/** When all of a view was shown last; what stands further down the page may be so much older than its top. */
const WHOLE_MILLIS = 2_000;
let wholeView = null;
let wholeAt = 0;

async function refresh() {
  if (refreshing) {
    again = true;
    return;
  }
  refreshing = true;
  lastRefresh = Date.now();
  const shownView = view;
  try {
    const common = ["window", "tier", "lang", "at"];
    const sizes = await sizesOfWindows();
    windowSizes(sizes.sizes);
    const asked = { ...shownView, window: shownView.window || (sizes.sizes[0] ?? "5m") };
    const whole = wholeView !== shownView || Date.now() - wholeAt >= WHOLE_MILLIS;
    const isShown = () => shownView === view;
    // Each part is shown as it comes: none waits for the slowest.
    const part = (asking, render) => asking.then((answer) => {
      if (isShown()) render(answer);
    });
    const parts = [
      part(ask("trending?" + parameters(asked, [...common, "sort"], { limit: 20 })), (rising) => {
        showWindow(rising.window);
        trends(rising);
      }),
      overTime(asked, isShown),
    ];
    if (whole) {
      parts.push(
        part(ask("happiest?" + parameters(asked, ["tier", "lang", "at", "mode"], { limit: 8, window: sizes.happy_sizes[0] ?? "1h" })), happiest),
        part(ask("entities?" + parameters(asked, common, { limit: 10, sort: "mentions" })), entities),
        part(ask("languages?" + parameters(asked, ["window", "tier", "at"], { limit: 100 })), languages),
        part(askVolumes(asked, sizes.sizes), volumes));
    }
    // All have ended before the next are asked for: none can overtake a newer one.
    const failed = (await Promise.allSettled(parts)).find((ended) => ended.status === "rejected");
    if (failed) throw failed.reason;
    if (isShown()) {
      if (whole) {
        wholeView = shownView;
        wholeAt = Date.now();
      } else {
        // Nothing may change any more, and then nothing else asks.
        setTimeout(soon, Math.max(0, wholeAt + WHOLE_MILLIS - Date.now()));
      }
      trouble("");
    }
  } catch (error) {
    trouble(error.status === 503
      ? `Nothing to show yet: ${error.message}. This page goes on by itself.`
      : error.status === 0
        ? "The server does not answer. Is it running? ./tweetlake up starts it; this page goes on by itself when it is there."
        : `Something is wrong with this view: ${error.message}`);
  } finally {
    refreshing = false;
    if (again) {
      again = false;
      soon();
    }
  }
}

let planned = 0;
function soon() {
  if (!planned && !document.hidden) {
    planned = setTimeout(() => {
      planned = 0;
      refresh();
    }, Math.max(0, lastRefresh + REFRESH_MILLIS - Date.now()));
  }
}
setInterval(() => {
  if (Date.now() - lastRefresh > SLOW_REFRESH_MILLIS) soon();
}, 1_000);
// The stream -----------------------------------------------------------------------------------------------------------

/** Characters that would turn the direction of what follows, or steer a terminal it is copied to. */
const STEERING = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c]/g;
const harmless = (text) => text.replace(STEERING, "\ufffd");

function tweet(post) {
  const item = element("li", "new");
  item.dataset.id = post.id;
  const who = element("p", "who");
  const name = element("bdi", "", harmless(post.author_handle ?? post.author_name ?? post.source));
  who.append(name, element("span", "", clock(post.created_at) + " UTC"), element("span", "", post.source + " · " + post.lang));
  const text = element("p", "text", harmless(post.text));
  text.dir = "auto";
  text.lang = post.lang === "und" ? "" : post.lang;
  item.append(who, text);
  return item;
}

function addTweet(post) {
  if ((view.tier && post.tier !== view.tier) || (view.lang && post.lang !== view.lang)) return;
  if ([...$("tweets").children].some((item) => item.dataset.id === post.id)) return;
  $("tweets").prepend(tweet(post));
  while ($("tweets").children.length > MAX_TWEETS) $("tweets").lastChild.remove();
  $("tweets-empty").hidden = true;
}

/** Again after the connection was lost: what was taken back meanwhile is gone. */
async function firstTweets() {
  const posts = await ask("tweets").catch(() => null);
  if (posts === null) return;
  $("tweets").replaceChildren();
  $("tweets-empty").hidden = false;
  posts.reverse().forEach(addTweet);
}

$("pause").addEventListener("click", () => {
  paused = !paused;
  $("pause").setAttribute("aria-pressed", paused);
  write($("pause"), paused ? "Paused" : "Pause");
});

// Trust ----------------------------------------------------------------------------------------------------------------

async function trust() {
  let state;
  try {
    state = await ask("pipeline");
  } catch {
    $("trust-line").replaceChildren(element("span", "bad", "not known"), " · the server does not answer");
    return;
  }
  const lag = Object.values(state.lag).reduce((sum, behind) => sum + behind, 0);
  const good = state.kafka && state.balanced;
  $("trust-line").replaceChildren(
    `${count(state.arrived)} arrived · ${count(state.silver)} silver · ${count(state.dead)} dead · ${count(state.late)} late · ${count(lag)} behind · `,
    element("span", good ? "good" : "bad", good ? "balanced ✓" : state.kafka ? "NOT balanced" : "Kafka does not answer"));
  const lines = [
    ["messages a second", state.per_second.toFixed(1)], ["arrived", count(state.arrived)], ["tweets", count(state.tweets)],
    ["notices", count(state.notices)], ["silver", count(state.silver)], ["duplicates", count(state.duplicates)],
    ["no tweets", count(state.filtered)], ["dead letters", count(state.dead)], ["late or from the future", count(state.late)],
    ["counted in gold", count(state.gold)], ["on their way to gold", count(state.in_flight)],
    ...Object.entries(state.lag).map(([service, behind]) => [service + " behind", count(behind)]),
  ];
  $("pipeline").replaceChildren(...lines.map(([what, value]) => {
    const line = element("div");
    line.append(element("dt", "", what), element("dd", "", value));
    return line;
  }));
}
setInterval(() => { if (!document.hidden) trust(); }, 2_000);

// Filters and links ----------------------------------------------------------------------------------------------------

function fill() {
  const form = $("filters");
  for (const name of ["tier", "sort", "mode", "window"]) {
    for (const input of form.elements[name] instanceof RadioNodeList ? form.elements[name] : []) {
      input.checked = input.value === view[name] || (name === "window" && view.window === "" && input === form.elements.window[0]);
    }
  }
  $("lang").value = view.lang;
  $("hashtag").value = view.hashtag;
}

function go(next) {
  const other = next.tier !== view.tier || next.lang !== view.lang;
  view = next;
  fill();
  refresh();
  if (other) firstTweets();
}

// Some of its inputs lie elsewhere on the page, and an event goes up the page, not to the form.
document.addEventListener("change", (event) => {
  if (event.target.form !== $("filters")) return;
  const form = new FormData($("filters"));
  const next = { ...view };
  for (const name of ["tier", "sort", "mode", "window", "lang", "hashtag"]) {
    next[name] = (form.get(name) ?? view[name]).trim().replace(/^#/, "");
  }
  show(next);
  go(next);
});
$("filters").addEventListener("submit", (event) => event.preventDefault());
$("close-over-time").addEventListener("click", () => {
  const next = { ...view, hashtag: "" };
  show(next);
  go(next);
});
document.addEventListener("click", (event) => {
  const anchor = event.target.closest("a[href^='?']");
  if (anchor && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    history.pushState(null, "", anchor.getAttribute("href"));
    go(read());
  }
});
addEventListener("popstate", () => go(read()));

// Live -----------------------------------------------------------------------------------------------------------------

function connection(state, text) {
  $("connection").className = "connection " + state;
  write($("connection"), text);
}

let live = null;
function follow() {
  live = new EventSource("api/v1/live");
  live.addEventListener("open", () => connection("live", "live"));
  live.addEventListener("error", () => connection("lost", "not connected, trying again"));
  live.addEventListener("hello", firstTweets);
  live.addEventListener("gold", soon);
  live.addEventListener("tweet", (event) => {
    if (!paused) addTweet(JSON.parse(event.data));
  });
  live.addEventListener("retract", (event) => {
    const { id } = JSON.parse(event.data);
    [...$("tweets").children].filter((item) => item.dataset.id === id).forEach((item) => item.remove());
  });
}

// A browser keeps few connections to a server: a page that nobody sees leaves them to others.
document.addEventListener("visibilitychange", () => {
  live?.close();
  if (document.hidden) return;
  follow();
  soon();
});

fill();
refresh();
trust();
follow();
