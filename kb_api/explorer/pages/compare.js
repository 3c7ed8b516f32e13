// Forms side by side, and signs against mechanisms.

import { html, useEffect, useState } from "../vendor/preact/standalone.module.js";
import { get } from "../api.js";
import { Balance, Certainty } from "../evidence.js";
import { Formula, ProblemView, To, Waiting } from "../parts.js";
import { changed, keepLanguage } from "../router.js";
import { countClaims, formatPercent, t } from "../words.js";

const MATRIX_FIRST = "/v1/claims?limit=200&fields=slug,text,certainty,balance,links";

export function formRequests() {
  return ["/v1/forms?limit=200&include=claims"];
}

export function matrixRequests() {
  return ["/v1/signs?limit=50&fields=kind,slug,name,url,position", "/v1/mechanisms?limit=200&fields=kind,slug,name,url", MATRIX_FIRST];
}

export function formTitle() {
  return t("compareForms");
}

export function matrixTitle() {
  return t("compareMatrix");
}

function Tabs({ current }) {
  return html`<nav class="tabs" aria-label=${t("compare")}>${[["forms", "compareForms"], ["matrix", "compareMatrix"]].map(([path, name]) => html`
    <a key=${path} href=${keepLanguage(`/compare/${path}`)} aria-current=${path === current ? "page" : undefined}>${t(name)}</a>`)}</nav>`;
}

const ORDERS = {
  name: (a, b) => a.name.localeCompare(b.name),
  elemental: (a, b) => (b.elemental_magnesium_percent ?? 0) - (a.elemental_magnesium_percent ?? 0),
  claims: (a, b) => b.claims.length - a.claims.length,
};

export function CompareForms({ documents: [{ data, included }], query }) {
  const order = ORDERS[query.get("order")] ? query.get("order") : "elemental";
  const claims = included?.claims ?? [];
  const rows = data.map((form) => ({ ...form, claims: claims.filter((claim) => claim.claim_type === "form" && claim.links.some((link) => link.kind === "form" && link.slug === form.slug)) }));
  rows.sort(ORDERS[order]);
  return html`<article class="thing wide-page">
    <${Tabs} current="forms" />
    <header class="thing-head"><h1 tabindex="-1">${t("compareForms")}</h1><p class="lead">${t("compareFormsLead")}</p></header>
    <p class="choices" role="group" aria-label=${t("sortBy")}><span class="faint">${t("sortBy")}:</span>
      ${Object.keys(ORDERS).map((name) => html` <a key=${name} class="chip" href=${changed({ order: name })} aria-current=${name === order ? "true" : undefined}>${t(name)}</a>`)}</p>
    <div class="table-frame" tabindex="0" role="group" aria-label=${t("compareForms")}><table class="compare">
      <thead><tr><th scope="col">${t("form")}</th><th scope="col">${t("elemental")}</th><th scope="col">${t("absorption")}</th><th scope="col">${t("market")}</th></tr></thead>
      <tbody>${rows.map((form) => html`<tr key=${form.slug}>
        <th scope="row"><${To} thing=${form} /><br />${form.formula && html`<${Formula} formula=${form.formula} />`}</th>
        <td class="amount" data-label=${t("elemental")}>${form.elemental_magnesium_percent == null ? "–" : html`<strong>${formatPercent(form.elemental_magnesium_percent, 1)}</strong>
          <svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect class="bar-ground" width="100" height="6" /><rect class="bar-fill" width=${form.elemental_magnesium_percent} height="6" /></svg>`}</td>
        <td data-label=${t("absorption")}>${form.claims.length ? html`<ul class="plain-list">${form.claims.map((claim) => html`<li key=${claim.slug}><${To} thing=${claim}>${claim.text}<//><br /><${Certainty} level=${claim.certainty} /> <${Balance} balance=${claim.balance} status=${claim.evidence_status} /></li>`)}</ul>` : html`<span class="faint">${t("cell_absent")}</span>`}</td>
        <td data-label=${t("market")}><span class=${`tag ${form.market_status?.status === "unknown" || !form.market_status ? "" : "good"}`}>${t(`market_${form.market_status?.status ?? "unknown"}`)}</span></td>
      </tr>`)}</tbody>
    </table></div>
  </article>`;
}

/** All claims, page by page: the first is there already. */
function useAllClaims(first) {
  const [state, setState] = useState({ claims: first.data, next: first.links.next });
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let current = true;
    if (!state.next) return undefined;
    get(state.next).then(
      (page) => current && setState({ claims: [...state.claims, ...page.data], next: page.links.next }),
      (problem) => current && setState({ ...state, problem }),
    );
    return () => { current = false; };
  }, [state.next, attempt]);
  return { ...state, retry: () => { setState({ ...state, problem: undefined }); setAttempt(attempt + 1); } };
}

/** What a cell's claims say together: strong, weak, contrary or absent. */
export function judgeCell(claims) {
  if (!claims.length) return "absent";
  if (claims.some((claim) => ["high", "moderate"].includes(claim.certainty) && claim.balance.supports > claim.balance.refutes)) return "strong";
  if (claims.every((claim) => claim.balance.refutes > claim.balance.supports)) return "contrary";
  return "weak";
}

const MARKS = { strong: "●", weak: "○", contrary: "✕", absent: "" };

export function CompareMatrix({ documents: [signs, mechanisms, first] }) {
  const { claims, next, problem, retry } = useAllClaims(first);
  const cells = new Map();
  for (const claim of claims) {
    for (const sign of claim.links.filter((link) => link.kind === "sign")) {
      for (const mechanism of claim.links.filter((link) => link.kind === "mechanism")) {
        const key = `${sign.slug} ${mechanism.slug}`;
        cells.set(key, [...(cells.get(key) ?? []), claim]);
      }
    }
  }
  const used = mechanisms.data.filter((mechanism) => signs.data.some((sign) => cells.has(`${sign.slug} ${mechanism.slug}`)));
  return html`<article class="thing wide-page">
    <${Tabs} current="matrix" />
    <header class="thing-head"><h1 tabindex="-1">${t("compareMatrix")}</h1><p class="lead">${t("compareMatrixLead")}</p></header>
    <ul class="legend">${["strong", "weak", "contrary", "absent"].map((name) => html`<li key=${name}><span class=${`cell cell-${name}`} aria-hidden="true">${MARKS[name]}</span> ${t(`cell_${name}`)}</li>`)}</ul>
    ${problem && html`<${ProblemView} problem=${problem} retry=${retry} level=${2} />`}
    ${next && !problem && html`<${Waiting} />`}
    ${!next && html`<p class="faint scroll-hint">${t("tooWide")}</p><div class="table-frame" tabindex="0" role="group" aria-label=${t("compareMatrix")}><table class="matrix">
      <thead><tr><th scope="col"><span class="hidden">${t("mechanism")}</span></th>${signs.data.map((sign) => html`<th key=${sign.slug} scope="col"><span class="turned"><${To} thing=${sign} /></span></th>`)}</tr></thead>
      <tbody>${used.map((mechanism) => html`<tr key=${mechanism.slug}><th scope="row"><${To} thing=${mechanism} /></th>
        ${signs.data.map((sign) => {
          const found = cells.get(`${sign.slug} ${mechanism.slug}`) ?? [];
          const judged = judgeCell(found);
          const words = `${sign.name}, ${mechanism.name}: ${t(`short_${judged}`)}, ${countClaims(found.length)}`;
          return html`<td key=${sign.slug}>${found.length ? html`<a class=${`cell cell-${judged}`} href=${keepLanguage(`/claims?sign=${sign.slug}&mechanism=${mechanism.slug}`)} aria-label=${words} title=${words}><span aria-hidden="true">${MARKS[judged]}</span><small aria-hidden="true">${found.length}</small></a>` : html`<span class="cell cell-absent"></span>`}</td>`;
        })}</tr>`)}</tbody>
    </table></div>`}
  </article>`;
}
