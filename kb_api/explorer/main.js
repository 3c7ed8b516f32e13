// The shell: which page an address shows, the header and the footer, language and colours.

import { html, render, useEffect, useRef, useState } from "./vendor/preact/standalone.module.js";
import { ApiCalls, ProblemView, Waiting, useDocuments } from "./parts.js";
import { arrive, changed, chooseLanguage, currentAddress, keepLanguage, navigate, onNavigate, readStored, startRouter, store } from "./router.js";
import { SearchBox } from "./searching.js";
import { LANGUAGES, getLanguage, t } from "./words.js";

const CONCEPTS = ["signs", "mechanisms", "forms", "foods", "populations"];
const OTHERS = ["claims", "references", "safety", "health-claims", "intakes", "sections"];
const fact = (plural, view) => [new RegExp(`^/${plural}/([^/]+)$`), "facts", (facts) => ({ requests: facts.requestsOf(plural), title: facts.titleOf, view: facts[view] })];

/** Address → the file in `pages/`, and from it the page: its requests, its title and its view; `self` means that the view fetches by itself. */
const ROUTES = [
  [/^\/$/, "start", (start) => ({ requests: start.requests, title: start.title, view: start.Start, before: start.Welcome })],
  [/^\/search$/, "search", (search) => ({ requests: search.requests, title: search.title, view: search.Search })],
  [/^\/ask$/, "ask", (ask) => ({ requests: ask.requests, title: ask.title, view: ask.Ask, self: true })],
  [/^\/map$/, "map", (map) => ({ requests: map.requests, title: map.title, view: map.MapPage, self: true })],
  [/^\/compare(?:\/forms)?$/, "compare", (compare) => ({ requests: compare.formRequests, title: compare.formTitle, view: compare.CompareForms })],
  [/^\/compare\/matrix$/, "compare", (compare) => ({ requests: compare.matrixRequests, title: compare.matrixTitle, view: compare.CompareMatrix })],
  ...CONCEPTS.map((plural) => [new RegExp(`^/${plural}/([^/]+)$`), "concepts", (concepts) => ({ requests: concepts.requestsOf(plural), title: concepts.titleOf, view: concepts.Concept, plural })]),
  [/^\/claims\/([^/]+)$/, "claim", (claim) => ({ requests: claim.requests, title: claim.title, view: claim.Claim })],
  [/^\/references\/([^/]+)$/, "reference", (reference) => ({ requests: reference.requests, title: reference.title, view: reference.Reference })],
  fact("safety", "SafetyPage"),
  fact("health-claims", "HealthClaimPage"),
  fact("intakes", "IntakePage"),
  [/^\/sections\/([^/]+)$/, "facts", (facts) => ({ requests: facts.sectionRequests, title: facts.titleOf, view: facts.SectionPage })],
  ...[...CONCEPTS, ...OTHERS].map((plural) => [new RegExp(`^/${plural}$`), "lists", (lists) => ({ requests: lists.requestsOf(plural), title: lists.titleOf(plural), view: lists.List, plural })]),
];

const MENU = [["/signs", "signs"], ["/mechanisms", "mechanisms"], ["/forms", "forms"], ["/compare/matrix", "compare"], ["/map", "map"], ["/ask", "ask"], ["/docs", "apiDocs"]];

/** What an address shows: a page with its parameters, or the problem that there is none. */
async function findPage(path) {
  const plain = path.length > 1 ? path.replace(/\/+$/, "") : path;
  const [pattern, name, make] = ROUTES.find(([pattern]) => pattern.test(plain)) ?? [];
  if (!pattern) return { problem: { kind: "notFound" } };
  try {
    return { page: make(await fetchPage(name)), parameters: { slug: decode(pattern.exec(plain)[1]) } };
  } catch {
    return { problem: { kind: "offline" } };
  }
}

function fetchPage(name) {
  return import(`./pages/${name}.js`);
}

function decode(slug) {
  try { return slug && decodeURIComponent(slug); } catch { return slug; }
}

function App({ first }) {
  const [visit, setVisit] = useState({ ...first, address: currentAddress(), path: location.pathname, kind: "first", count: 0 });
  useEffect(() => onNavigate(async ({ kind, place }) => {
    const [address, path] = [currentAddress(), location.pathname];
    const found = await findPage(path);
    if (address !== currentAddress()) return; // The reader has gone on.
    chooseLanguage();
    setVisit((earlier) => ({ ...found, address, path, kind, place, count: earlier.count + 1 }));
  }), []);
  const { page, parameters, problem } = visit;
  return html`
    <a class="skip" href="#content">${t("skip")}</a>
    <${Header} path=${visit.path} key=${`header-${getLanguage()}`} />
    <main id="content">${page ? html`<${Page} key=${`${visit.address} ${getLanguage()}`} page=${page} parameters=${parameters} visit=${visit} />`
      : html`<${ProblemView} problem=${problem} retry=${() => location.reload()} />`}</main>
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
    if (!ready || done.current || visit.address !== currentAddress()) return; // A page that one has left already has no say.
    done.current = true;
    const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    if (visit.place) restorePlace(visit.place);
    else if (target) target.scrollIntoView();
    else if (visit.kind === "pop" || visit.kind === "first") scrollTo(0, history.state?.scroll ?? 0);
    else if (visit.kind === "push") scrollTo(0, 0);
    arrive(visit.address);
    if (visit.kind === "push") document.querySelector("main h1")?.focus({ preventScroll: true });
  }, [title, ready]);
}

function Header({ path }) {
  const [open, setOpen] = useState(false);
  const first = `/${path.split("/")[1]}`;
  const [subject, rest] = t("siteName").split(", ");
  return html`<header class="site">
    <a class="brand" href=${keepLanguage("/")}><svg viewBox="0 0 32 32" width="30" height="30" aria-hidden="true"><rect width="32" height="32" rx="9" class="brand-ground" /><text x="16" y="21.5" text-anchor="middle" class="brand-text">Mg</text></svg><span>${subject},<br />${rest}</span></a>
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

const OTHER_PAGES_AFTER_MILLISECONDS = 2_000; // A guess: the first page stands by then.

chooseLanguage();
startRouter();
const first = await findPage(location.pathname);
const root = document.getElementById("app");
root.replaceChildren();
render(html`<${App} first=${first} />`, root);
setTimeout(() => new Set(ROUTES.map(([, name]) => name)).forEach((name) => fetchPage(name).catch(() => {})), OTHER_PAGES_AFTER_MILLISECONDS);
