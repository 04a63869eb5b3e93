// What the page shows is in its address, so that every view is a link.

const DEFAULTS = { window: "", tier: "", lang: "", sort: "rising", mode: "max", at: "", hashtag: "" };

export function read() {
  const query = new URLSearchParams(location.search);
  const view = { ...DEFAULTS };
  for (const name of Object.keys(DEFAULTS)) {
    view[name] = query.get(name) ?? DEFAULTS[name];
  }
  return view;
}

export function link(view) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(view)) {
    if (value !== DEFAULTS[name]) {
      query.set(name, value);
    }
  }
  return "?" + query;
}

export function show(view) {
  history.pushState(null, "", link(view));
}

/** The parameters of a request for this view. */
export function parameters(view, names, more = {}) {
  const query = new URLSearchParams();
  for (const name of names) {
    if (view[name] !== "") {
      query.set(name, view[name]);
    }
  }
  for (const [name, value] of Object.entries(more)) {
    query.set(name, value);
  }
  return query.toString();
}

/** A server that answers that something is wrong, in its own words; or one that does not answer. */
export class Trouble extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

export async function ask(path) {
  let answer;
  try {
    answer = await fetch("api/v1/" + path, { headers: { Accept: "application/json" }, signal: AbortSignal.timeout(10_000) });
  } catch {
    throw new Trouble(0, "The server does not answer.");
  }
  const body = await answer.json().catch(() => ({ detail: "the answer is not what this page understands" }));
  if (!answer.ok) {
    throw new Trouble(answer.status, body.detail ?? answer.statusText);
  }
  return body;
}
