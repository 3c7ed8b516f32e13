// Safety, health claims, intakes and the article's sections.

import { html } from "../vendor/preact/standalone.module.js";
import { ArticleTable, RedFlags } from "../evidence.js";
import { Contents, Crumbs, Section, Tag, To, Verification } from "../parts.js";
import { formatNumber, t } from "../words.js";

export function requestsOf(plural) {
  return ({ slug }) => [`/v1/${plural}/${encodeURIComponent(slug)}`];
}

export function titleOf([document]) {
  return document.data.name;
}

export function HealthClaim({ row, sign, level = 3 }) {
  const Heading = `h${level}`;
  const fit = (row.signs ?? []).find((link) => link.slug === sign);
  return html`<article class="claim wording">
    <p class="tags"><${Tag}>${t(`jurisdiction_${row.jurisdiction}`)}<//> <${Tag} tone=${row.status === "authorised" ? "good" : "warn"}>${t(`status_${row.status}`)}<//>
      ${fit && html`<${Tag}>${t(`fit_${fit.fit}`)}<//>`}</p>
    <${Heading}><${To} thing=${row} /><//>
    ${row.wording && html`<blockquote>${row.wording}</blockquote>`}
    ${fit?.why && html`<p class="faint">${fit.why}</p>`}
  </article>`;
}

export function HealthClaimPage({ documents: [{ data }] }) {
  return html`<article class="thing">
    <${Crumbs} kind="health_claims" path="/health-claims" name=${data.name} />
    <header class="thing-head"><p class="kicker">${t("health_claim")} · ${t(`jurisdiction_${data.jurisdiction}`)}</p>
      <h1 tabindex="-1">${data.name}</h1>
      <p class="tags"><${Tag} tone=${data.status === "authorised" ? "good" : "warn"}>${t(`status_${data.status}`)}<//></p></header>
    ${data.wording && html`<blockquote class="wording-large">${data.wording}</blockquote>`}
    <dl class="facts wide">
      ${[["conditions", data.conditions], ["legalAct", data.legal_act], ["efsa", (data.efsa ?? []).map((row) => row.journal).join("; ")], ["note", data.note]].filter(([, text]) => text).map(([key, text]) => html`<div key=${key}><dt>${t(key)}</dt><dd>${text}</dd></div>`)}
      <div><dt>${t("verification")}</dt><dd><${Verification} verification=${data.verification} /></dd></div>
    </dl>
    ${[["signs", data.signs], ["claims", data.claims], ["forms", data.forms]].filter(([, links]) => links?.length).map(([key, links]) => html`<${Section} key=${key} id=${key} title=${t(key)}>
      <ul class="link-list">${links.map((link) => html`<li key=${link.slug}><${To} thing=${link} /> ${link.fit && html`<span class="faint">${t(`fit_${link.fit}`)}${link.why ? `: ${link.why}` : ""}</span>`}</li>`)}</ul>
    <//>`)}
  </article>`;
}

export function SafetyPage({ documents: [{ data }] }) {
  const facts = [["medicine", data.medicine], ["action", data.action], ["whereToTurn", data.safety_type === "red_flag" ? null : data.where_to_turn], ["note", data.note]].filter(([, text]) => text);
  return html`<article class="thing">
    <${Crumbs} kind="safety" path="/safety" name=${t(`safety_${data.safety_type}`)} />
    <header class="thing-head"><p class="kicker">${t(`safety_${data.safety_type}`)}</p>
      <h1 tabindex="-1" class="claim-title">${data.text}</h1>
      <p class="tags">${data.safety_type !== "red_flag" && data.urgency !== "none" && html`<${Tag} tone="warn">${t(`urgency_${data.urgency}`)}<//>`}
        ${data.direction && html`<${Tag}>${t(`direction_${data.direction}`)}<//>`}
        ${data.hours_apart_min && html`<${Tag} tone="warn">${t("hoursApart", { n: formatNumber(data.hours_apart_min) })}<//>`}</p></header>
    ${data.safety_type === "red_flag" && html`<${RedFlags} flags=${[data]} />`}
    <dl class="facts wide">
      ${facts.map(([key, text]) => html`<div key=${key}><dt>${t(key)}</dt><dd>${text}</dd></div>`)}
      <div><dt>${t("verification")}</dt><dd><${Verification} verification=${data.verification} /></dd></div>
    </dl>
    ${[["signs", data.signs], ["claims", data.claims], ["populations", data.populations]].filter(([, links]) => links?.length).map(([key, links]) => html`<${Section} key=${key} id=${key} title=${t(key)}>
      <ul class="link-list">${links.map((link) => html`<li key=${link.slug}><${To} thing=${link} /></li>`)}</ul>
    <//>`)}
  </article>`;
}

export function formatIntake(row) {
  const number = row.value ?? null;
  const range = row.value_low != null || row.value_high != null ? [row.value_low, row.value_high].filter((part) => part != null).map((part) => formatNumber(part)).join("–") : null;
  if (number === null && range === null) return row.text ?? "–";
  return `${number === null ? range : formatNumber(number)} ${row.unit ?? ""}`;
}

export function IntakePage({ documents: [{ data }] }) {
  return html`<article class="thing">
    <${Crumbs} kind="intakes" path="/intakes" name=${data.name} />
    <header class="thing-head"><p class="kicker">${t("intake")} · ${data.authority}</p><h1 tabindex="-1">${data.name}</h1></header>
    <dl class="facts"><div class="fact-large"><dt>${t("value")}</dt><dd>${formatIntake(data)} ${data.superseded && html`<${Tag} tone="warn">${t("superseded")}<//>`}</dd></div>
      <div><dt>${t("who")}</dt><dd>${data.population}</dd></div><div><dt>${t("authority")}</dt><dd>${data.authority}</dd></div></dl>
    ${data.text && html`<p>${data.text}</p>`}${data.note && html`<p class="aside"><strong>${t("note")}.</strong> ${data.note}</p>`}
    <${Verification} verification=${data.verification} />
    <p class="faint">${t("intakesLead")}</p>
  </article>`;
}

export function sectionRequests({ slug }) {
  const number = /^section-(\d{1,3})$/.exec(slug)?.[1] ?? "0";
  return [`/v1/sections/${encodeURIComponent(slug)}`, `/v1/passages?section=${number}&limit=200`];
}

export function SectionPage({ documents: [{ data }, passages] }) {
  return html`<article class="thing">
    <${Crumbs} kind="sections" path="/sections" name=${data.name} />
    <header class="thing-head"><p class="kicker">${t("section")} ${data.number}</p><h1 tabindex="-1">${data.name}</h1></header>
    <${Section} id="article" title=${t("article")}>
      <${ArticleTable} rows=${passages.data.map((passage) => ({ passage, claim: passage.claim }))} caption=${t("article")} />
    <//>
  </article><${Contents} sections=${[]} />`;
}
