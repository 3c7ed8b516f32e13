// One sign, mechanism, form, food or population: each page is fed by one request.

import { html } from "../vendor/preact/standalone.module.js";
import { LinkedCards } from "../cards.js";
import { CiteButtons, ReferenceList } from "../citing.js";
import { ArticleTable, ClaimGroups, RedFlags, passagesOf } from "../evidence.js";
import { Contents, Crumbs, Formula, Identifiers, Later, Opening, Section, Tag, To, Verification } from "../parts.js";
import { keepLanguage } from "../router.js";
import { formatNumber, formatPercent, t } from "../words.js";
import { HealthClaim } from "./facts.js";

const INCLUDES = {
  signs: "claims,references,mechanisms,forms,safety,health_claims",
  mechanisms: "claims,references,signs",
  forms: "claims,references,safety,health_claims",
  foods: "claims,references",
  populations: "claims,references,safety",
};

export function requestsOf(plural) {
  return ({ slug }) => [`/v1/${plural}/${encodeURIComponent(slug)}?include=${INCLUDES[plural]}`];
}

export function titleOf([document]) {
  return document.data.name;
}

export function Concept({ documents: [{ data, included = {} }], plural }) {
  const { claims = [], references = [] } = included;
  const bySlug = Object.fromEntries(references.map((reference) => [reference.slug, reference]));
  const passages = passagesOf(claims);
  const parts = [
    ...partsOf[plural](data, included),
    claims.length > 0 && { id: "claims", title: t("claims"), body: html`<${ClaimGroups} claims=${claims} references=${bySlug} kind=${data.kind} />` },
    passages.length > 0 && { id: "article", title: t("article"), body: html`<${Article} data=${data} passages=${passages} />` },
    ...laterPartsOf(data, included),
    references.length > 0 && { id: "references", title: t("references"), body: html`
      <${CiteButtons} url=${`/v1/references?${data.kind}=${data.slug}&limit=200`} name=${t("copyAll")} />
      <${ReferenceList} references=${references} />` },
    data.xrefs?.length > 0 && { id: "identifiers", title: t("identifiers"), body: html`<${Identifiers} xrefs=${data.xrefs} />` },
  ].filter(Boolean);
  return html`<div class="page-with-contents">
    <article class="thing">
      <${Crumbs} kind=${plural} path=${`/${plural}`} name=${data.name} />
      <${Head} data=${data} />
      <${RedFlags} flags=${data.red_flags ?? redFlagsOf(included)} />
      ${parts.map((part, index) => (index ? html`<${Later} key=${part.id}>${() => html`<${Part} part=${part} />`}<//>` : html`<${Part} part=${part} />`))}
    </article>
    <${Contents} sections=${[...((data.red_flags ?? redFlagsOf(included)).length ? [["red-flags", t("redFlags")]] : []), ...parts.map((part) => [part.id, part.title])]} />
  </div>`;
}

function Part({ part }) {
  return html`<${Section} id=${part.id} title=${part.title} lead=${part.lead}>${part.body}<//>`;
}

function redFlagsOf(included) {
  return (included.safety ?? []).filter((row) => row.safety_type === "red_flag");
}

function Head({ data }) {
  const kicker = {
    sign: () => `${t("signNumber", { n: data.position, total: 11 })} · ${t(`system_${data.body_system}`)}`,
    form: () => data.formula && html`${t("form")} · <${Formula} formula=${data.formula} />`,
    food: () => (data.group || data.magnesium_mg_per_100g ? t("food") : t("foodGroup")),
  }[data.kind]?.() ?? t(data.kind);
  return html`<header class="thing-head">
    <p class="kicker">${kicker}</p>
    <h1 tabindex="-1">${data.name}</h1>
    ${data.summary && html`<p class="lead">${data.summary}</p>`}
    ${(data.parent ?? data.group) && html`<p>${t("partOf")}: <${To} thing=${data.parent ?? data.group} /></p>`}
    <p class="tags">
      ${data.in_article && html`<${Tag}>${t("inArticle")}<//>`}
      ${data.at_risk_listed_by_ods && html`<${Tag}>${t("atRisk")}<//>`}
    </p>
    ${data.aliases?.length > 0 && html`<details class="aliases"><summary>${t("alsoCalled")} ${data.aliases.slice(0, 3).join(", ")}${data.aliases.length > 3 ? " …" : ""}</summary>
      <p>${data.aliases.join(" · ")}</p></details>`}
  </header>`;
}

function Article({ data, passages }) {
  const own = data.kind === "sign" ? passages.filter(({ passage }) => passage.section === data.position) : passages;
  const other = data.kind === "sign" ? passages.filter(({ passage }) => passage.section !== data.position) : [];
  return html`${own.length > 0 && html`<${ArticleTable} rows=${own} caption=${t("article")} />`}
    ${other.length > 0 && html`<${Opening} open=${own.length === 0} summary=${html`${t("elsewhere")} <span class="faint">(${other.length})</span>`}>
      ${() => html`<${ArticleTable} rows=${other} caption=${t("elsewhere")} />`}<//>`}`;
}

function countsOf(data, kind) {
  return Object.fromEntries((data.links ?? []).filter((link) => link.kind === kind).map((link) => [link.slug, link.claims]));
}

function linkedPart(data, included, kind, plural) {
  const counts = countsOf(data, kind);
  const things = included[plural] ?? (data.links ?? []).filter((link) => link.kind === kind);
  const others = things.filter((thing) => thing.slug !== data.slug || thing.kind !== data.kind);
  others.sort((a, b) => (counts[b.slug] ?? 0) - (counts[a.slug] ?? 0));
  return others.length > 0 && { id: plural, title: t(plural), body: html`<${LinkedCards} things=${others} counts=${counts} />` };
}

const partsOf = {
  signs: (data, included) => [linkedPart(data, included, "mechanism", "mechanisms")],
  mechanisms: (data, included) => [linkedPart(data, included, "sign", "signs")],
  forms: (data) => [formFacts(data)],
  foods: (data) => [measurements(data)],
  populations: (data) => [data.sources?.length > 0 && { id: "sources", title: t("sources"), body: html`<ul class="link-list">${data.sources.map((source) => html`<li key=${source.slug}><${To} thing=${source} /></li>`)}</ul>` }],
};

const PLURAL = { sign: "signs", mechanism: "mechanisms", form: "forms", food: "foods", population: "populations" };

function laterPartsOf(data, included) {
  const shown = { sign: ["mechanism", "form"], mechanism: ["sign"] }[data.kind] ?? [];
  const forms = data.kind === "sign" ? linkedPart(data, included, "form", "forms") : null;
  return [forms, safetyPart(included), wordingPart(data, included), relatedPart(data, shown)];
}

function safetyPart(included) {
  const rows = (included.safety ?? []).filter((row) => row.safety_type !== "red_flag");
  return rows.length > 0 && { id: "safety", title: t("safety"), body: html`<ul class="link-list">${rows.map((row) => html`<li key=${row.slug}><${To} thing=${row} /></li>`)}</ul>` };
}

function wordingPart(data, included) {
  const rows = included.health_claims ?? [];
  const verdict = data.health_claims_verdict;
  if (!rows.length && !verdict) return null;
  return { id: "health-claims", title: t("health_claims"), body: html`
    ${verdict && html`<div class=${`coverage coverage-${verdict.coverage}`}>
      <p><strong>${t(`coverage_${verdict.coverage}`)}.</strong> ${verdict.not_covered && html`${t("notCovered")}: ${verdict.not_covered}.`}</p>
      <${Verification} verification=${verdict.verification} />
    </div>`}
    <div class="claim-grid">${rows.map((row) => html`<${HealthClaim} key=${row.slug} row=${row} sign=${data.kind === "sign" ? data.slug : null} />`)}</div>` };
}

function relatedPart(data, shown) {
  const links = (data.links ?? []).filter((link) => !shown.includes(link.kind) && PLURAL[link.kind]);
  if (!links.length) return null;
  const kinds = Object.keys(PLURAL).filter((kind) => links.some((link) => link.kind === kind));
  return { id: "related", title: t("related"), body: html`<dl class="related">${kinds.map((kind) => html`<div key=${kind}>
    <dt>${t(PLURAL[kind])}</dt>
    <dd>${links.filter((link) => link.kind === kind).map((link) => html`<${To} key=${link.slug} thing=${link} class="chip">${link.name}<span class="faint"> ${formatNumber(link.claims)}<span class="hidden"> ${t("claims")}</span></span><//>`)}</dd>
  </div>`)}</dl>
  <p><a href=${keepLanguage(`/map?around=${data.kind}:${data.slug}`)}>${t("map")} →</a></p>` };
}

function formFacts(data) {
  const market = data.market_status;
  return { id: "facts", title: t("compound"), body: html`
    <dl class="facts">
      <div class="fact-large"><dt>${t("elemental")}</dt><dd>${data.elemental_magnesium_percent == null ? "–" : formatPercent(data.elemental_magnesium_percent)}
        <svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect class="bar-ground" width="100" height="6" /><rect class="bar-fill" width=${data.elemental_magnesium_percent ?? 0} height="6" /></svg></dd></div>
      <div><dt>${t("molarMass")}</dt><dd>${data.molar_mass_g_per_mol == null ? "–" : `${formatNumber(data.molar_mass_g_per_mol, 3)} g/mol`}</dd></div>
      <div><dt>${t("compound")}</dt><dd>${data.compound ?? "–"}</dd></div>
      ${data.brand_names?.length > 0 && html`<div><dt>${t("brands")}</dt><dd>${data.brand_names.join(", ")}</dd></div>`}
    </dl>
    ${market && html`<div class=${`market market-${market.status}`}>
      <p><strong>${t("market")}: ${t(`market_${market.status}`)}.</strong> ${market.conditions}</p>
      ${market.legal_act && html`<p>${t("legalAct")}: ${market.legal_act}</p>`}
      <${Verification} verification=${market.verification} />
    </div>`}
    ${data.variants?.length > 0 && html`<h3>${t("variants")}</h3><div class="table-frame" tabindex="0" role="group" aria-label=${t("variants")}><table>
      <thead><tr><th scope="col">${t("compound")}</th><th scope="col">${t("formula")}</th><th scope="col" class="number">${t("molarMass")}</th><th scope="col" class="number">${t("elemental")}</th></tr></thead>
      <tbody>${data.variants.map((variant) => html`<tr key=${variant.compound}><th scope="row">${variant.compound}</th><td>${variant.formula && html`<${Formula} formula=${variant.formula} />`}</td>
        <td class="number">${variant.molar_mass_g_per_mol == null ? "–" : formatNumber(variant.molar_mass_g_per_mol, 3)}</td><td class="number">${variant.elemental_magnesium_percent == null ? "–" : formatPercent(variant.elemental_magnesium_percent)}</td></tr>`)}</tbody>
    </table></div>`}` };
}

function measurements(data) {
  if (!data.measurements?.length) return null;
  return { id: "measurements", title: t("measurements"), body: html`
    ${data.magnesium_mg_per_100g != null && html`<dl class="facts"><div class="fact-large"><dt>${t("magnesiumPer100g")}</dt><dd>${formatNumber(data.magnesium_mg_per_100g)} mg</dd></div></dl>`}
    <div class="table-frame" tabindex="0" role="group" aria-label=${t("measurements")}><table>
      <thead><tr><th scope="col">${t("database")}</th><th scope="col">${t("record")}</th><th scope="col">${t("serving")}</th><th scope="col" class="number">${t("magnesium")}</th><th scope="col">${t("verification")}</th></tr></thead>
      <tbody>${data.measurements.map((row, index) => html`<tr key=${index}><th scope="row">${row.database}</th><td>${row.record_name ?? ""} ${row.record && html`<code>${row.record}</code>`}</td>
        <td>${row.serving}</td><td class="number">${formatNumber(row.magnesium_mg)} mg</td><td><${Verification} verification=${row.verification} /></td></tr>`)}</tbody>
    </table></div>` };
}
