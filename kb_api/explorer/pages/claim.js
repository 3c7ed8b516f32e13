// One claim: what is claimed, both sides of the evidence, and what the article says of it.

import { html } from "../vendor/preact/standalone.module.js";
import { CiteButtons, ReferenceList } from "../citing.js";
import { ArticleTable, Balance, Certainty, EvidenceColumns, Statement } from "../evidence.js";
import { Contents, Crumbs, Section, Tag, To, When } from "../parts.js";
import { keepLanguage } from "../router.js";
import { t } from "../words.js";

export function requests({ slug }) {
  return [`/v1/claims/${encodeURIComponent(slug)}?include=references`];
}

export function title([document]) {
  return document.data.text;
}

export function Claim({ documents: [{ data, included = {} }] }) {
  const { references = [] } = included;
  const bySlug = Object.fromEntries(references.map((reference) => [reference.slug, reference]));
  const sections = [
    ["evidence", t("evidence")],
    ...(data.passages.length ? [["article", t("article")]] : []),
    ["links", t("linkedTo")],
    ...(references.length ? [["references", t("references")]] : []),
  ];
  return html`<div class="page-with-contents">
    <article class="thing">
      <${Crumbs} kind="claims" path="/claims" name=${t("claim")} />
      <header class="thing-head">
        <p class="kicker">${t("claim")} · ${t(`type_${data.claim_type}`)}</p>
        <h1 tabindex="-1" class="claim-title">${data.text}</h1>
        <${Statement} claim=${data} />
      </header>
      <div class="judgement">
        <div><h2 class="small">${t("certainty")}</h2><p><${Certainty} level=${data.certainty} /></p><p>${data.certainty_reason}</p></div>
        <div><h2 class="small">${t("balance")}</h2><${Balance} balance=${data.balance} status=${data.evidence_status} large=${true} /></div>
      </div>
      ${(data.notices ?? []).map((notice) => html`<p class="notice" key=${notice.text}><strong>${t(`notice_${notice.notice_type}`)}.</strong> ${notice.text} ${notice.on && html`<${To} thing=${notice.on} />`}</p>`)}
      <${Section} id="evidence" title=${t("evidence")}>
        ${data.evidence_status === "derived" && html`<p><${Tag}>${t("derived")}<//></p>`}
        ${data.derivation && html`<p><strong>${t("derivation")}:</strong> ${data.derivation}</p>`}
        ${data.looked_at && html`<p><strong>${t("lookedAt")}:</strong> ${data.looked_at}</p>`}
        ${data.evidence.length > 0 ? html`<${EvidenceColumns} claim=${data} references=${bySlug} />` : data.evidence_status !== "derived" && html`<p class="faint">${t("noEvidence")}</p>`}
        ${data.conflicts && html`<p class="aside"><strong>${t("conflicts")}.</strong> ${data.conflicts}</p>`}
        ${data.note && html`<p class="aside"><strong>${t("note")}.</strong> ${data.note}</p>`}
        <p class="faint">${data.reviewed_on ? html`${t("reviewedOn")} <${When} date=${data.reviewed_on} />` : t("notReviewedYet")}</p>
      <//>
      ${data.passages.length > 0 && html`<${Section} id="article" title=${t("article")}>
        <${ArticleTable} rows=${data.passages.map((passage) => ({ passage, claim: data }))} withClaim=${false} caption=${t("article")} />
      <//>`}
      <${Section} id="links" title=${t("linkedTo")}>
        <ul class="role-list">${data.links.map((link) => html`<li key=${link.kind + link.slug + link.role}><span class="faint">${t(`role_${link.role}`)}</span> <${To} thing=${link} class="chip" /></li>`)}</ul>
        ${data.links.length > 0 && html`<p><a href=${keepLanguage(`/map?around=${data.links[0].kind}:${data.links[0].slug}`)}>${t("map")} →</a></p>`}
      <//>
      ${references.length > 0 && html`<${Section} id="references" title=${t("references")}>
        <${CiteButtons} url=${`${data.url}/references?limit=200`} name=${t("copyAll")} />
        <${ReferenceList} references=${references} />
      <//>`}
    </article>
    <${Contents} sections=${sections} />
  </div>`;
}
