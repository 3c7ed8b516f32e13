// Lists of each kind, with the filters of the address.

import { html, useState } from "../vendor/preact/standalone.module.js";
import { get } from "../api.js";
import { LinkedCards, SignCards } from "../cards.js";
import { ReferenceList } from "../citing.js";
import { ClaimCard, RedFlags } from "../evidence.js";
import { Crumbs, Empty, Section, Tag, To } from "../parts.js";
import { keepLanguage } from "../router.js";
import { formatNumber, t } from "../words.js";
import { HealthClaim, formatIntake } from "./facts.js";

const FILTERS = ["sign", "mechanism", "form", "food", "population", "reference", "claim", "certainty", "stance", "exposure", "effect", "verdict", "claim_type", "group"];
const SIZES = { claims: 30, references: 30 };

export function requestsOf(plural) {
  return (_, query) => {
    const wanted = FILTERS.flatMap((name) => query.getAll(name).map((value) => `${name}=${encodeURIComponent(value)}`));
    return [`/v1/${plural}?${[`limit=${SIZES[plural] ?? 200}`, ...wanted].join("&")}`];
  };
}

export function titleOf(plural) {
  return () => t(plural.replace("-", "_"));
}

export function List({ documents: [first], plural }) {
  const [pages, setPages] = useState([first]);
  const [failed, setFailed] = useState(false);
  const key = plural.replace("-", "_");
  const shown = pages[0] === first ? pages : [first];
  const rows = shown.flatMap((page) => page.data);
  const next = shown[shown.length - 1].links.next;
  const query = new URLSearchParams(location.search);
  const filters = FILTERS.flatMap((name) => query.getAll(name).map((value) => [name, value]));
  async function more() {
    setFailed(false);
    await get(next).then((page) => setPages([...shown, page]), () => setFailed(true));
  }
  return html`<article class="thing wide-page">
    <${Crumbs} kind=${key} path=${`/${plural}`} />
    <header class="thing-head"><h1 tabindex="-1">${t(key)} <span class="count">${formatNumber(first.meta.total)}</span></h1>
      ${plural === "intakes" && html`<p class="lead">${t("intakesLead")}</p>`}
      ${filters.length > 0 && html`<p class="filters">${t("filteredBy")}: ${filters.map(([name, value]) => html`<${Tag} key=${name + value}>${t(name)}: ${value}<//> `)}
        <a href=${keepLanguage(`/${plural}`)}>${t("everything")}</a></p>`}
    </header>
    ${rows.length ? html`<${Rows} plural=${plural} rows=${rows} />` : html`<${Empty} />`}
    ${next && html`<p class="more"><button type="button" class="button" onClick=${more}>${t("more")}</button>
      <span class="faint" role="status">${failed ? t("moreFailed") : t("shown", { n: formatNumber(rows.length), total: formatNumber(first.meta.total) })}</span></p>`}
  </article>`;
}

function Rows({ plural, rows }) {
  if (plural === "claims") return html`<div class="claim-grid">${rows.map((claim) => html`<${ClaimCard} key=${claim.slug} claim=${claim} level=${2} />`)}</div>`;
  if (plural === "references") return html`<${ReferenceList} references=${rows} />`;
  if (plural === "safety") return html`<${SafetyRows} rows=${rows} />`;
  if (plural === "health-claims") return html`<div class="claim-grid">${rows.map((row) => html`<${HealthClaim} key=${row.slug} row=${row} level=${2} />`)}</div>`;
  if (plural === "intakes") return html`<${IntakeRows} rows=${rows} />`;
  if (plural === "foods") return html`<${FoodRows} rows=${rows} />`;
  if (plural === "signs") return html`<${SignCards} signs=${rows} />`;
  return html`<${LinkedCards} things=${rows} />`;
}

function SafetyRows({ rows }) {
  const types = ["interaction", "adverse_effect", "contraindication"];
  return html`<${RedFlags} flags=${rows.filter((row) => row.safety_type === "red_flag")} />
    ${types.filter((type) => rows.some((row) => row.safety_type === type)).map((type) => html`<${Section} key=${type} id=${type} title=${t(`safety_${type}`)}>
      <ul class="claim-rows">${rows.filter((row) => row.safety_type === type).map((row) => html`<li key=${row.slug}>
        <p><${To} thing=${row}>${row.text}<//></p>
        ${row.action && html`<p class="faint">${row.action}</p>`}
      </li>`)}</ul>
    <//>`)}`;
}

function IntakeRows({ rows }) {
  const authorities = [...new Set(rows.map((row) => row.authority))];
  return authorities.map((authority, index) => html`<${Section} key=${authority} id=${`authority-${index}`} title=${authority}>
    <div class="table-frame" tabindex="0" role="group" aria-label=${authority}><table>
      <thead><tr><th scope="col">${t("measure")}</th><th scope="col">${t("who")}</th><th scope="col" class="number">${t("value")}</th></tr></thead>
      <tbody>${rows.filter((row) => row.authority === authority).map((row) => html`<tr key=${row.slug}>
        <th scope="row"><${To} thing=${row}>${row.measure.length <= 3 ? row.measure.toUpperCase() : row.name}<//></th><td>${row.population}</td>
        <td class="number">${formatIntake(row)} ${row.superseded && html`<${Tag} tone="warn">${t("superseded")}<//>`}</td></tr>`)}</tbody>
    </table></div>
  <//>`);
}

function FoodRows({ rows }) {
  const groups = rows.filter((row) => !row.group && row.magnesium_mg_per_100g == null);
  const most = Math.max(1, ...rows.map((row) => row.magnesium_mg_per_100g ?? 0));
  const foods = rows.filter((row) => row.magnesium_mg_per_100g != null).sort((a, b) => b.magnesium_mg_per_100g - a.magnesium_mg_per_100g);
  return html`${groups.length > 0 && html`<p class="tags">${groups.map((row) => html`<${To} key=${row.slug} thing=${row} class="chip" /> `)}</p>`}
    <div class="table-frame" tabindex="0" role="group" aria-label=${t("magnesiumPer100g")}><table class="bars">
    <thead><tr><th scope="col">${t("food")}</th><th scope="col">${t("foodGroup")}</th><th scope="col" class="number">${t("magnesiumPer100g")}</th></tr></thead>
    <tbody>${foods.map((row) => html`<tr key=${row.slug}><th scope="row"><${To} thing=${row} /></th><td>${row.group && html`<${To} thing=${row.group} />`}</td>
      <td class="number"><svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect class="bar-ground" width="100" height="6" /><rect class="bar-fill" width=${(100 * row.magnesium_mg_per_100g) / most} height="6" /></svg> ${formatNumber(row.magnesium_mg_per_100g)} mg</td></tr>`)}</tbody>
  </table></div>`;
}
