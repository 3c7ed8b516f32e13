// The shell: which page an address shows, the header and the footer, language and colours.

import { html, render, useEffect, useRef, useState } from "./vendor/preact/standalone.module.js";
import * as ask from "./pages/ask.js";
import * as claim from "./pages/claim.js";
import * as compare from "./pages/compare.js";
import * as concepts from "./pages/concepts.js";
import * as facts from "./pages/facts.js";
import * as lists from "./pages/lists.js";
import * as map from "./pages/map.js";
import * as reference from "./pages/reference.js";
import * as search from "./pages/search.js";
import * as start from "./pages/start.js";
import { ApiCalls, ProblemView, Waiting, useDocuments } from "./parts.js";
import { changed, chooseLanguage, currentAddress, keepLanguage, navigate, onNavigate, readStored, startRouter, store } from "./router.js";
import { SearchBox } from "./searching.js";
import { LANGUAGES, getLanguage, t } from "./words.js";

const concept = (plural) => ({ requests: concepts.requestsOf(plural), title: concepts.titleOf, view: concepts.Concept, plural });
const list = (plural) => ({ requests: lists.requestsOf(plural), title: lists.titleOf(plural), view: lists.List, plural });
const fact = (plural, view) => ({ requests: facts.requestsOf(plural), title: facts.titleOf, view });

/** Address → page. A page is its requests, its title and its view; `self` means that the view fetches by itself. */
const ROUTES = [
  [/^\/$/, { requests: start.requests, title: start.title, view: start.Start, before: start.Welcome }],
  [/^\/search$/, { requests: search.requests, title: search.title, view: search.Search }],
  [/^\/ask$/, { requests: ask.requests, title: ask.title, view: ask.Ask, self: true }],
  [/^\/map$/, { requests: map.requests, title: map.title, view: map.MapPage, self: true }],
  [/^\/compare(?:\/forms)?$/, { requests: compare.formRequests, title: compare.formTitle, view: compare.CompareForms }],
  [/^\/compare\/matrix$/, { requests: compare.matrixRequests, title: compare.matrixTitle, view: compare.CompareMatrix }],
  ...["signs", "mechanisms", "forms", "foods", "populations"].map((plural) => [new RegExp(`^/${plural}/([^/]+)$`), concept(plural)]),
  [/^\/claims\/([^/]+)$/, { requests: claim.requests, title: claim.title, view: claim.Claim }],
  [/^\/references\/([^/]+)$/, { requests: reference.requests, title: reference.title, view: reference.Reference }],
  [/^\/safety\/([^/]+)$/, fact("safety", facts.SafetyPage)],
  [/^\/health-claims\/([^/]+)$/, fact("health-claims", facts.HealthClaimPage)],
  [/^\/intakes\/([^/]+)$/, fact("intakes", facts.IntakePage)],
  [/^\/sections\/([^/]+)$/, { requests: facts.sectionRequests, title: facts.titleOf, view: facts.SectionPage }],
  ...["signs", "mechanisms", "forms", "foods", "populations", "claims", "references", "safety", "health-claims", "intakes", "sections"].map((plural) => [new RegExp(`^/${plural}$`), list(plural)]),
];

const MENU = [["/signs", "signs"], ["/mechanisms", "mechanisms"], ["/forms", "forms"], ["/compare/matrix", "compare"], ["/map", "map"], ["/ask", "ask"], ["/docs", "apiDocs"]];

function findRoute(path) {
  const plain = path.length > 1 ? path.replace(/\/+$/, "") : path;
  for (const [pattern, page] of ROUTES) {
    const match = pattern.exec(plain);
    if (match) return { page, parameters: { slug: match[1] && decode(match[1]) } };
  }
  return { page: null, parameters: {} };
}

function decode(slug) {
  try { return decodeURIComponent(slug); } catch { return slug; }
}

function App() {
  const [visit, setVisit] = useState({ address: currentAddress(), kind: "first", count: 0 });
  useEffect(() => onNavigate(({ kind, place }) => {
    chooseLanguage();
    setVisit((earlier) => ({ address: currentAddress(), kind, place, count: earlier.count + 1 }));
  }), []);
  const { page, parameters } = findRoute(location.pathname);
  return html`
    <a class="skip" href="#content">${t("skip")}</a>
    <${Header} path=${location.pathname} key=${`header-${getLanguage()}`} />
    <main id="content">${page ? html`<${Page} key=${`${visit.address} ${getLanguage()}`} page=${page} parameters=${parameters} visit=${visit} />`
      : html`<${ProblemView} problem=${{ kind: "notFound" }} />`}</main>
    <${Footer} />`;
}

function Page({ page, parameters, visit }) {
  return page.self ? html`<${SelfMade} page=${page} parameters=${parameters} visit=${visit} />` : html`<${Fed} page=${page} parameters=${parameters} visit=${visit} />`;
}

function SelfMade({ page, parameters, visit }) {
  useArrival(visit, page.title([]), true);
  return html`<${page.view} parameters=${parameters} query=${new URLSearchParams(location.search)} />`;
}

/** A page that is fed by its requests. */
function Fed({ page, parameters, visit }) {
  const query = new URLSearchParams(location.search);
  const addresses = page.requests(parameters, query);
  const { documents, problem, slow, retry } = useDocuments(addresses);
  useArrival(visit, documents ? page.title(documents) : problem ? t(problem.kind) : null, Boolean(documents ?? problem));
  const fallback = documents?.some((document) => document.meta?.fallbacks && Object.keys(document.meta.fallbacks).length);
  return html`
    ${page.before && html`<${page.before} />`}
    ${problem && html`<${ProblemView} problem=${problem} retry=${retry} level=${page.before ? 2 : 1} />`}
    ${!documents && !problem && html`<${Waiting} slow=${slow} />`}
    ${documents && html`<${page.view} documents=${documents} parameters=${parameters} query=${query} plural=${page.plural} />`}
    ${fallback && html`<p class="faint">${t("fallback")}</p>`}
    ${documents && html`<${ApiCalls} calls=${addresses.map((path) => ({ method: "GET", path }))} documents=${documents} />`}`;
}

/** Title, place and focus once a page has come: the reader is where the browser would have put them. */
function useArrival(visit, title, ready) {
  const done = useRef(false);
  useEffect(() => {
    if (title !== null) document.title = title ? `${title} · ${t("siteName")}` : `${t("siteName")}: ${t("tagline").toLowerCase()}`;
    if (!ready || done.current) return;
    done.current = true;
    const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    if (visit.place) restorePlace(visit.place);
    else if (target) target.scrollIntoView();
    else if (visit.kind === "pop") scrollTo(0, history.state?.scroll ?? 0);
    else if (visit.kind === "push") scrollTo(0, 0);
    if (visit.kind === "push") document.querySelector("main h1")?.focus({ preventScroll: true });
  }, [title, ready]);
}

function Header({ path }) {
  const [open, setOpen] = useState(false);
  const first = `/${path.split("/")[1]}`;
  return html`<header class="site">
    <a class="brand" href=${keepLanguage("/")}><svg viewBox="0 0 32 32" width="30" height="30" aria-hidden="true"><rect width="32" height="32" rx="9" class="brand-ground" /><text x="16" y="21.5" text-anchor="middle" class="brand-text">Mg</text></svg><span>${t("siteName")}</span></a>
    <${SearchBox} id="site-search" />
    <button type="button" class="menu-button" aria-expanded=${String(open)} aria-controls="menu" onClick=${() => setOpen(!open)}>${t("menu")}</button>
    <nav id="menu" aria-label=${t("mainMenu")} class=${open ? "open" : ""} onClick=${(event) => event.target.closest("a") && setOpen(false)}>
      <ul>${MENU.map(([address, name]) => html`<li key=${address}><a href=${keepLanguage(address)} aria-current=${first !== "/" && address.startsWith(first) ? "page" : undefined}>${t(name)}</a></li>`)}</ul>
      <${Switches} />
    </nav>
  </header>`;
}

const THEMES = ["auto", "light", "dark"];

function Switches() {
  const [theme, setTheme] = useState(THEMES.includes(readStored("kb-theme")) ? readStored("kb-theme") : "auto");
  function choose(value) {
    setTheme(value);
    store("kb-theme", value === "auto" ? null : value);
    if (value === "auto") delete document.documentElement.dataset.theme; else document.documentElement.dataset.theme = value;
  }
  const themeName = `${t("theme")}: ${t({ auto: "themeAuto", light: "themeLight", dark: "themeDark" }[theme])}`;
  return html`<div class="switches">
    <div role="group" aria-label=${t("language")} class="choices">${LANGUAGES.map(([code, name]) => html`<button type="button" key=${code} lang=${code} aria-pressed=${String(code === getLanguage())} onClick=${() => speak(code)}>${code.toUpperCase()}<span class="hidden"> ${name}</span></button>`)}</div>
    <button type="button" class="theme" onClick=${() => choose(THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length])} title=${themeName} aria-label=${themeName}>
      <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" class=${`theme-${theme}`}><circle cx="10" cy="10" r="8" class="theme-ring" /><path d=${theme === "auto" ? "M10 2a8 8 0 0 1 0 16z" : theme === "dark" ? "M10 2a8 8 0 0 1 0 16a8 8 0 0 1 0-16" : "M10 10h0"} class="theme-fill" /></svg></button>
  </div>`;
}

/** The other language, on the same page and at the same place. */
function speak(code) {
  store("kb-lang", code);
  navigate(changed({ lang: code }) + location.hash, { replace: true, place: rememberPlace() });
}

/** What the reader looks at: the named part nearest to the upper third of the window, and where it begins. Pixels alone would not do, for texts differ in length. */
function rememberPlace() {
  const parts = [...document.querySelectorAll("main [id]")];
  const distance = (part) => Math.abs(part.getBoundingClientRect().top - innerHeight / 3);
  const seen = scrollY > 0 && parts.length > 0 && parts.reduce((best, part) => (distance(part) < distance(best) ? part : best));
  return { scroll: scrollY, id: seen ? seen.id : null, top: seen ? seen.getBoundingClientRect().top : 0 };
}

function restorePlace({ scroll, id, top }) {
  const part = id && document.getElementById(id);
  scrollTo(0, 0); // Measured from the top, where the browser's own scroll anchoring has nothing to correct in between.
  scrollTo(0, part ? part.getBoundingClientRect().top - top : scroll);
}

function Footer() {
  return html`<footer class="site-foot">
    <p><strong>${t("disclaimer")}</strong></p>
    <ul>
      ${["claims", "references", "foods", "populations", "safety", "intakes", "health-claims", "sections"].map((plural) => html`<li key=${plural}><a href=${keepLanguage(`/${plural}`)}>${t(plural.replace("-", "_"))}</a></li>`)}
      <li><a href="/docs/getting-started">${t("guides")}</a></li>
      <li><a href="/openapi.json">OpenAPI</a></li>
    </ul>
    <p class="faint">${t("license")}: <a href="https://creativecommons.org/licenses/by/4.0/" rel="license noreferrer">CC BY 4.0</a></p>
  </footer>`;
}

chooseLanguage();
startRouter();
const root = document.getElementById("app");
root.replaceChildren();
render(html`<${App} />`, root);
