// The small parts that every page is made of.

import { html, useEffect, useRef, useState } from "./vendor/preact/standalone.module.js";
import { get, peek, withLanguage } from "./api.js";
import { comesToPlace, keepLanguage, pageOf } from "./router.js";
import { formatDate, getLanguage, t } from "./words.js";

const SLOW_AFTER_MILLISECONDS = 2_500;

/** The documents at some addresses: `{documents, problem, slow, retry}`. */
export function useDocuments(addresses) {
  const key = addresses.map(withLanguage).join(" ");
  const [state, setState] = useState({});
  const [attempt, setAttempt] = useState(0);
  const ready = addresses.map(peek);
  const known = ready.every(Boolean) && attempt === 0;

  useEffect(() => {
    if (known) return setState({ key, documents: ready });
    let current = true;
    const update = (next) => current && setState({ key, ...next });
    const timer = setTimeout(() => update({ slow: true }), SLOW_AFTER_MILLISECONDS);
    update({});
    Promise.all(addresses.map((address) => get(address, { fresh: attempt > 0 })))
      .then((documents) => update({ documents }), (problem) => update({ problem }))
      .finally(() => clearTimeout(timer));
    return () => { current = false; clearTimeout(timer); };
  }, [key, attempt]);

  const mine = state.key === key ? state : known ? { documents: ready } : {};
  return { ...mine, retry: () => setAttempt(attempt + 1) };
}

export function Waiting({ slow }) {
  return html`<div class="waiting" role="status">
    <p class=${slow ? "" : "quiet-at-first"}>${slow ? t("slow") : t("loading")}</p>
    <div class="bones" aria-hidden="true"><i></i><i></i><i></i></div>
  </div>`;
}

/** What went wrong, in words, with a way on. */
export function ProblemView({ problem, retry, level = 1 }) {
  const { kind, body = {}, retryAfter } = problem;
  const suggestion = (body.errors ?? []).map((fault) => fault.did_you_mean).find(Boolean);
  const limited = retryAfter ? t("limitedText", { n: retryAfter }) : t("limitedTextSoon");
  const texts = { offline: t("offlineText"), limited, failed: t("failedText"), notFound: t("notFoundText") };
  const Heading = `h${level}`;
  const again = kind !== "notFound" && kind !== "gone";
  return html`<div class="problem" role="alert">
    <${Heading}>${t(kind)}<//>
    <p>${texts[kind] ?? body.reason ?? body.detail}</p>
    ${suggestion && html`<p>${t("didYouMean")}: <a href=${keepLanguage(location.pathname.replace(/[^/]+$/, suggestion))}>${suggestion}</a>?</p>`}
    ${body.successor && html`<p>${t("goneInstead")}: <a href=${pageOf(body.successor)}>${body.successor.split("/").pop()}</a></p>`}
    ${again && retry && html`<button type="button" class="button" onClick=${retry}>${t("retry")}</button>`}
    ${!again && html`<p><a class="button" href=${keepLanguage("/")}>${t("home")}</a></p>`}
  </div>`;
}

export function Empty() {
  return html`<div class="problem"><p><strong>${t("empty")}</strong><br />${t("emptyText")}</p></div>`;
}

/** A link to the page of a thing. */
export function To({ thing, class: className, children }) {
  return html`<a href=${pageOf(thing.url)} class=${className}>${children ?? thing.name ?? thing.title ?? thing.text}</a>`;
}

export function Section({ id, title, lead, class: className = "", children }) {
  return html`<section id=${id} class=${`part ${className}`} aria-labelledby=${`${id}-title`}>
    <h2 id=${`${id}-title`}>${title}</h2>
    ${lead && html`<p class="lead-small">${lead}</p>`}
    ${children}
  </section>`;
}

/** The sections of a page, as links beside it. */
export function Contents({ sections }) {
  if (sections.length < 3) return null;
  return html`<nav class="contents" aria-label=${t("onThisPage")}>
    <p aria-hidden="true">${t("onThisPage")}</p>
    <ul>${sections.map(([id, title]) => html`<li key=${id}><a href=${`#${id}`}>${title}</a></li>`)}</ul>
  </nav>`;
}

export function Crumbs({ kind, path, name }) {
  return html`<nav class="crumbs" aria-label=${t("youAreHere")}>
    <ol>
      <li><a href=${keepLanguage("/")}>${t("home")}</a></li>
      <li><a href=${keepLanguage(path)}>${t(kind)}</a></li>
      ${name && html`<li aria-current="page"><span>${name}</span></li>`}
    </ol>
  </nav>`;
}

export function Tag({ children, tone = "" }) {
  return html`<span class=${`tag ${tone}`}>${children}</span>`;
}

/** "C12H10Mg3O14" with its numbers set low. */
export function Formula({ formula }) {
  return html`<span class="formula">${formula.split(/(\d+)/).map((piece, index) => (index % 2 ? html`<sub>${piece}</sub>` : piece))}</span>`;
}

/** Puts a text on the clipboard; says aloud whether it worked. */
export function CopyButton({ text, label, title }) {
  const [said, setSaid] = useState("");
  async function copy() {
    try {
      await navigator.clipboard.writeText(typeof text === "function" ? await text() : text);
      setSaid(t("copied"));
    } catch {
      setSaid(t("copyFailed"));
    }
    setTimeout(() => setSaid(""), 2_500);
  }
  return html`<button type="button" class="copy" onClick=${copy} aria-label=${title} data-done=${said ? "yes" : undefined}>
    ${said || label || t("copy")}<span class="hidden" role="status">${said}</span>
  </button>`;
}

/** How a fact was checked: one word, and the source when opened. */
export function Verification({ verification }) {
  if (!verification) return null;
  const { level, source, note, unverified_fields: unverified = [] } = verification;
  return html`<details class="verification">
    <summary><span class=${`seal seal-${level}`} aria-hidden="true"></span>${t(`verification_${level}`)}</summary>
    <p>${source}</p>
    ${note && html`<p>${note}</p>`}
    ${unverified?.length > 0 && html`<p>${t("unverifiedFields")}: ${unverified.join("; ")}</p>`}
  </details>`;
}

export function Identifiers({ xrefs }) {
  if (!xrefs?.length) return null;
  return html`<div class="table-frame" tabindex="0" role="group" aria-labelledby="identifiers-title"><table class="plain">
    <tbody>${xrefs.map((xref) => html`<tr key=${xref.scheme + xref.id + xref.match}>
      <th scope="row">${xref.scheme}</th>
      <td><code>${xref.id}</code></td>
      <td>${xref.label}${xref.match && html` <span class="faint">(${t(`match_${xref.match}`)})</span>`}</td>
    </tr>`)}</tbody>
  </table></div>`;
}

/** Escaped HTML with `<mark>` from the API, as text and `<mark>` elements; never as HTML. */
export function Snippet({ source }) {
  return (source ?? "").split(/(<mark>.*?<\/mark>)/s).map((piece) => {
    const marked = /^<mark>(.*)<\/mark>$/s.exec(piece);
    return marked ? html`<mark>${unescapeEntities(marked[1])}</mark>` : unescapeEntities(piece);
  });
}

const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'", "#x27": "'", "#34": '"' };

function unescapeEntities(text) {
  return text.replace(/&(#?\w+);/g, (whole, name) => ENTITIES[name] ?? whole);
}

/** Waits for the documents of a part, then shows it. */
export function Fetched({ addresses, children, level = 2 }) {
  const { documents, problem, slow, retry } = useDocuments(addresses);
  if (problem) return html`<${ProblemView} problem=${problem} retry=${retry} level=${level} />`;
  return documents ? children(documents) : html`<${Waiting} slow=${slow} />`;
}

const WRITERS = {
  curl: ({ method, url, body }) =>
    method === "GET" ? `curl '${url}'` : `curl '${url}' \\\n  -H 'Content-Type: application/json' \\\n  -d '${JSON.stringify(body).replaceAll("'", "'\\''")}'`,
  JavaScript: ({ method, url, body }) => {
    const options = method === "GET" ? "" : `, {\n  method: "POST",\n  headers: { "Content-Type": "application/json" },\n  body: JSON.stringify(${JSON.stringify(body)}),\n}`;
    return `const response = await fetch("${url}"${options});\nconst { data, included, meta } = await response.json();`;
  },
  Python: ({ method, url, body }) => {
    const call = method === "GET" ? `urlopen("${url}")` : `urlopen(Request(\n    "${url}",\n    data=json.dumps(${python(body)}).encode(),\n    headers={"Content-Type": "application/json"},\n))`;
    const imports = method === "GET" ? "from urllib.request import urlopen" : "from urllib.request import Request, urlopen";
    return `import json\n${imports}\n\nwith ${call} as response:\n    document = json.load(response)`;
  },
};

function python(body) {
  return JSON.stringify(body);
}

/** The requests behind a page, to be taken along. */
export function ApiCalls({ calls, documents = [] }) {
  const [language, setChosen] = useState("curl");
  if (!calls.length) return null;
  const revision = documents.find((document) => document?.meta)?.meta.revision;
  return html`<details class="api-calls" id="api-call">
    <summary><span>${t(calls.length === 1 ? "apiCall" : "apiCalls")}</span><code>${calls[0].method} ${calls[0].path}</code></summary>
    <p>${t("apiLead")} ${revision !== undefined && t("asRead", { n: revision })}</p>
    <div class="choices" role="group" aria-label=${t("codeIn")}>
      ${Object.keys(WRITERS).map((name) => html`<button type="button" key=${name} aria-pressed=${String(name === language)} onClick=${() => setChosen(name)}>${name}</button>`)}
    </div>
    ${calls.map((call) => {
      const written = WRITERS[language]({ ...call, url: location.origin + withLanguage(call.path) });
      return html`<div class="code" key=${call.path}>
        <pre tabindex="0" aria-label=${`${language}: ${call.path}`}><code>${written}</code></pre>
        <p>
          <${CopyButton} text=${written} title=${`${t("copyAs", { format: language })}: ${call.path}`} label=${t("copyAs", { format: language })} />
          ${call.method === "GET" && html`<a href=${withLanguage(call.path)}>${t("apiOpen")}</a>`}
        </p>
      </div>`;
    })}
  </details>`;
}

/** What can be opened; its inside is made when it is. */
export function Opening({ summary, open = false, class: className, children }) {
  const [made, setMade] = useState(open);
  const place = useRef(null);
  useEffect(() => onPaper(place.current, () => setMade(true)), []);
  return html`<details open=${open} class=${className} ref=${place} onToggle=${(event) => event.currentTarget.open && setMade(true)}>
    <summary>${summary}</summary>
    ${made && children()}
  </details>`;
}

const STEP_MILLISECONDS = 16; // About a frame: what was made is laid out before the next is.
const makers = new WeakMap();
let stepping = null;
let printing = false; // What is printed is the whole page.

/** What is made in its turn, from the top of the page down, so that a long page lets its reader act in between. */
export function Later({ as: Element = "div", children }) {
  const [made, setMade] = useState(() => printing || comesToPlace());
  return made ? children() : html`<${Element} class="later waiting" hidden ref=${(element) => element && wait(element, () => setMade(true))}><//>`;
}

function wait(element, make) {
  makers.set(element, make);
  stepping ??= setTimeout(step, STEP_MILLISECONDS);
}

addEventListener("beforeprint", () => {
  printing = true;
  for (const waiting of document.querySelectorAll(".later")) makers.get(waiting)();
});
addEventListener("afterprint", () => { printing = false; });

function step() {
  const next = document.querySelector(".later");
  stepping = next && setTimeout(step, STEP_MILLISECONDS);
  if (next) makers.get(next)();
}

/** The members of a long list, a few at a time. */
export function inTurns(members, show, { as, size = 4 } = {}) {
  const groups = [];
  for (let start = 0; start < members.length; start += size) groups.push(members.slice(start, start + size));
  return groups.map((group, index) => html`<${Later} key=${index} as=${as}>${() => group.map(show)}<//>`);
}

/** On paper nothing can be opened: it is open there, and as it was afterwards. */
function onPaper(details, make) {
  let wasOpen = true;
  const before = () => { make(); wasOpen = details.open; details.open = true; };
  const after = () => { details.open = wasOpen; };
  addEventListener("beforeprint", before);
  addEventListener("afterprint", after);
  return () => { removeEventListener("beforeprint", before); removeEventListener("afterprint", after); };
}

/** A short date, an empty text for none. */
export function When({ date }) {
  return date ? html`<time datetime=${date}>${formatDate(date)}</time>` : null;
}

/** Language of a text that is not the page's own, such as an English title. */
export function otherLanguage(code) {
  return getLanguage() === code ? undefined : code;
}

/** Calls `action` when the reader presses Escape or clicks outside; the returned ref marks the inside. */
export function useDismissal(open, action) {
  const inside = useRef(null);
  useEffect(() => {
    if (!open) return undefined;
    const onKey = (event) => event.key === "Escape" && action();
    const onPress = (event) => !inside.current?.contains(event.target) && action();
    addEventListener("keydown", onKey);
    addEventListener("pointerdown", onPress);
    return () => { removeEventListener("keydown", onKey); removeEventListener("pointerdown", onPress); };
  }, [open]);
  return inside;
}
