// Asking the API. Nothing else in the explorer calls fetch.

import { getLanguage } from "./words.js";

const TIMEOUT_MILLISECONDS = 30_000;
const remembered = new Map();
const REMEMBERED_MAX = 40;

export class Problem extends Error {
  constructor(kind, { status = 0, body = {}, retryAfter = null } = {}) {
    super(body.detail ?? kind);
    Object.assign(this, { kind, status, body, retryAfter });
  }
}

/** The address with the language of the page; the parameters of the address win. */
export function withLanguage(address) {
  const url = new URL(address, location.origin);
  if (!url.searchParams.has("lang")) url.searchParams.append("lang", getLanguage());
  return url.pathname + readable(url.search);
}

/** A query string that people can read: commas and colons need no percent signs. */
export function readable(search) {
  return search.replaceAll("%2C", ",").replaceAll("%3A", ":");
}

/** The document at an address of the API. Raises `Problem`. */
export async function get(address, { fresh = false } = {}) {
  const full = withLanguage(address);
  if (!fresh && remembered.has(full)) return remembered.get(full);
  const response = await send(full, { headers: { Accept: "application/json" }, cache: fresh ? "reload" : "default" });
  const document = await response.json().catch(() => { throw new Problem("failed", { status: response.status }); });
  remember(full, document);
  return document;
}

/** What an earlier visit to the address got, or nothing. */
export function peek(address) {
  return remembered.get(withLanguage(address));
}

/** A text in another format, for instance a citation. */
export async function getText(address) {
  const response = await send(address, { headers: { Accept: "*/*" } });
  return (await response.text()).trim();
}

export async function post(address, body) {
  const response = await send(withLanguage(address), {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify(body),
  });
  return response.json().catch(() => { throw new Problem("failed", { status: response.status }); });
}

async function send(address, options) {
  let response;
  try {
    response = await fetch(address, { ...options, signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS) });
  } catch {
    throw new Problem("offline");
  }
  if (response.ok) return response;
  const body = await response.json().catch(() => ({}));
  const retryAfter = Number.parseInt(response.headers.get("Retry-After") ?? "", 10);
  throw new Problem(kindOf(response.status), {
    status: response.status, body, retryAfter: Number.isNaN(retryAfter) ? null : retryAfter,
  });
}

function kindOf(status) {
  if (status === 404) return "notFound";
  if (status === 410) return "gone";
  if (status === 429) return "limited";
  return status >= 500 ? "failed" : "invalid";
}

function remember(address, document) {
  if (remembered.size >= REMEMBERED_MAX) remembered.delete(remembered.keys().next().value);
  remembered.set(address, document);
}
