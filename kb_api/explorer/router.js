// Addresses: which page an address shows, and going from one to the next without loading anew.

import { setLanguage } from "./words.js";

const listeners = new Set();
const SERVED_ELSEWHERE = /^\/(v1|docs|openapi|explorer|metrics|llms|healthz|readyz)/;

let arrivesAtPlace = location.hash.length > 1 || history.state?.scroll > 0;
let arrivedAt = null; // The address whose page stands, with the reader at the place on it.

/** The page of an address stands, and the reader is at the place on it. */
export function arrive(address) {
  arrivedAt = address;
}

/** Whether the reader comes to a place on the page, which must then stand whole at once. */
export function comesToPlace() {
  return arrivesAtPlace;
}

export function currentAddress() {
  return location.pathname + location.search;
}

export function onNavigate(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Go to an address of the explorer. `replace` leaves no trace in the history; `place` is where to be on the page. */
export function navigate(address, { replace = false, place = null } = {}) {
  if (!replace) rememberScroll();
  history[replace ? "replaceState" : "pushState"]({}, "", keepLanguage(address));
  arrivesAtPlace = replace || location.hash.length > 1;
  listeners.forEach((listener) => listener({ kind: replace ? "replace" : "push", place }));
}

/** Where the reader is goes with the address, for the way back and for loading anew. */
function rememberScroll() {
  history.replaceState({ ...history.state, scroll: scrollY }, "");
}

/** The page of a thing, from its address in the API: `/v1/signs/fatigue` → `/signs/fatigue`. */
export function pageOf(url) {
  return keepLanguage((url ?? "/").replace(/^\/v1/, ""));
}

/** An address that keeps the language which the reader's own address names, so that a shared link stays as it is. */
export function keepLanguage(address) {
  const chosen = new URLSearchParams(location.search).get("lang");
  if (!chosen && !address.includes("?")) return address;
  const url = new URL(address, location.origin);
  if (chosen && !url.searchParams.has("lang")) url.searchParams.set("lang", chosen);
  return url.pathname + url.search.replaceAll("%2C", ",").replaceAll("%3A", ":") + url.hash;
}

/** This address with some parameters changed; `null` takes one away. */
export function changed(parameters) {
  const url = new URL(location.href);
  for (const [name, value] of Object.entries(parameters)) {
    url.searchParams.delete(name);
    for (const one of [value ?? []].flat()) url.searchParams.append(name, one);
  }
  return url.pathname + url.search.replaceAll("%2C", ",").replaceAll("%3A", ":");
}

/** The language of the address, else the one chosen before, else the browser's, else English. */
export function chooseLanguage() {
  const stored = readStored("kb-lang");
  const wishes = [new URLSearchParams(location.search).get("lang"), stored, ...(navigator.languages ?? [])];
  const known = wishes.map((wish) => (wish ?? "").slice(0, 2).toLowerCase()).find((wish) => wish === "sv" || wish === "en");
  setLanguage(known ?? "en");
}

export function readStored(key) {
  try { return localStorage.getItem(key); } catch { return null; }
}

export function store(key, value) {
  try {
    if (value === null) localStorage.removeItem(key); else localStorage.setItem(key, value);
  } catch {
    // Storage may be forbidden; the choice then lasts as long as the page.
  }
}

export function startRouter() {
  history.scrollRestoration = "manual";
  addEventListener("popstate", () => {
    arrivesAtPlace = true;
    listeners.forEach((listener) => listener({ kind: "pop" }));
  });
  addEventListener("scrollend", () => {
    if (arrivedAt === currentAddress()) rememberScroll(); // A scroll of the page before, told late, is not where the reader was on this one.
  });
  document.addEventListener("click", followLink);
}

function followLink(event) {
  const link = event.target.closest?.("a[href]");
  const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  if (!link || !plain || event.defaultPrevented || link.target || link.hasAttribute("download")) return;
  const url = new URL(link.getAttribute("href"), location.href);
  if (url.origin !== location.origin || SERVED_ELSEWHERE.test(url.pathname)) return;
  if (url.hash && url.pathname === location.pathname && url.search === location.search) return;
  event.preventDefault();
  navigate(url.pathname + url.search + url.hash);
}
