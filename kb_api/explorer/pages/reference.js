// One reference: what it found, who paid, how it was checked, and the claims that cite it, by stance.

import { html } from "../vendor/preact/standalone.module.js";
import { CiteButtons, authorsOf, placeOf } from "../citing.js";
import { Certainty, StanceMark } from "../evidence.js";
import { Contents, Crumbs, Section, Tag, To, Verification, otherLanguage } from "../parts.js";
import { t } from "../words.js";

const STANCES = ["supports", "mixed", "refutes", "background"];

export function requests({ slug }) {
  return [`/v1/references/${encodeURIComponent(slug)}?include=claims`];
}

export function title([document]) {
  return document.data.title;
}

export function Reference({ documents: [{ data, included = {} }] }) {
  const rows = (included.claims ?? []).flatMap((claim) =>
    claim.evidence.filter((row) => row.reference.slug === data.slug).map((row) => ({ claim, row })));
  return html`<div class="page-with-contents"><article class="thing">
    <${Crumbs} kind="references" path="/references" name=${data.title} />
    <header class="thing-head">
      <p class="kicker">${t("reference")} · ${t(`study_${data.study_type}`)}</p>
      <h1 tabindex="-1" class="claim-title" lang=${otherLanguage("en")}>${data.title}</h1>
      <p class="reference-by">${authorsOf(data, 20)}</p>
      <p class="place-of">${placeOf(data)}</p>
      <ul class="identifier-list">
        ${data.doi && html`<li>DOI <a href=${`https://doi.org/${data.doi}`} rel="noreferrer">${data.doi}</a></li>`}
        ${data.pmid && html`<li>PubMed <a href=${`https://pubmed.ncbi.nlm.nih.gov/${data.pmid}/`} rel="noreferrer">${data.pmid}</a></li>`}
        ${data.pmcid && html`<li>PMC <a href=${`https://pmc.ncbi.nlm.nih.gov/articles/${data.pmcid}/`} rel="noreferrer">${data.pmcid}</a></li>`}
        ${safeAddress(data.source_url) && html`<li><a href=${safeAddress(data.source_url)} rel="noreferrer">${t("openSource")}</a></li>`}
      </ul>
      <${CiteButtons} url=${data.url} name=${data.title} />
      ${data.cited_in_article && html`<p><${Tag}>${t("citedInArticle", { n: data.cited_in_article })}<//></p>`}
    </header>
    ${(data.notices ?? []).map((notice) => html`<p class="notice" key=${notice.notice_type + notice.text}><strong>${t(`notice_${notice.notice_type}`)}.</strong> ${notice.text} ${notice.reference && html`<${To} thing=${notice.reference} />`}</p>`)}
    <dl class="facts wide">
      ${[["finding", data.finding], ["sample", data.sample], ["funding", data.funding], ["note", data.note]].filter(([, text]) => text).map(([key, text]) => html`<div key=${key}><dt>${t(key)}</dt><dd>${text}</dd></div>`)}
      <div><dt>${t("verification")}</dt><dd><${Verification} verification=${data.verification} /></dd></div>
    </dl>
    ${rows.length > 0 && html`<${Section} id="claims" title=${t("usedBy")}>
      ${STANCES.filter((stance) => rows.some(({ row }) => row.stance === stance)).map((stance) => html`<div class="stance-group" key=${stance}>
        <h3><${StanceMark} stance=${stance} /></h3>
        <ul class="claim-rows">${rows.filter(({ row }) => row.stance === stance).map(({ claim, row }) => html`<li key=${claim.slug}>
          <p><${To} thing=${claim}>${claim.text}<//> <${Certainty} level=${claim.certainty} short=${true} /></p>
          ${row.note && html`<p class="faint">${row.note}</p>`}
        </li>`)}</ul>
      </div>`)}
    <//>`}
  </article><${Contents} sections=${[]} /></div>`;
}

/** An address out of the content is followed only when it is one of the web. */
function safeAddress(address) {
  return /^https?:\/\//i.test(address ?? "") ? address : null;
}
