// The first page: search, the ways in, and what this is and is not.

import { html } from "../vendor/preact/standalone.module.js";
import { SignCards } from "../cards.js";
import { To } from "../parts.js";
import { keepLanguage } from "../router.js";
import { SearchBox } from "../searching.js";
import { formatPercent, t } from "../words.js";

export function requests() {
  return [
    "/v1/signs?limit=50&fields=kind,slug,name,url,position,body_system",
    "/v1/mechanisms?limit=200&fields=kind,slug,name,url",
    "/v1/forms?limit=200&fields=kind,slug,name,url,elemental_magnesium_percent",
  ];
}

export function title() {
  return "";
}

/** What stands before the API has answered: the page is of use at once. */
export function Welcome() {
  return html`<header class="hero">
    <p class="kicker">${t("siteName")}</p>
    <h1 tabindex="-1">${t("tagline")}</h1>
    <p class="lead">${t("what")}</p>
    <${SearchBox} id="start-search" large=${true} />
    <p class="what-not"><strong>${t("whatNot")}</strong></p>
  </header>`;
}

export function Start({ documents: [signs, mechanisms, forms] }) {
  return html`
    <section aria-labelledby="signs-title"><h2 id="signs-title">${t("elevenSigns")}</h2><${SignCards} signs=${signs.data} /></section>
    <div class="two">
      <section aria-labelledby="mechanisms-title"><h2 id="mechanisms-title">${t("mechanisms")}</h2>
        <p class="chips">${mechanisms.data.map((thing) => html`<${To} key=${thing.slug} thing=${thing} class="chip" /> `)}</p></section>
      <section aria-labelledby="forms-title"><h2 id="forms-title">${t("forms")}</h2>
        <p class="chips">${forms.data.map((thing) => html`<${To} key=${thing.slug} thing=${thing} class="chip">${thing.name} <span class="faint">${thing.elemental_magnesium_percent != null && formatPercent(thing.elemental_magnesium_percent, 1)}</span><//> `)}</p></section>
    </div>
    <section aria-labelledby="ways-title"><h2 id="ways-title">${t("waysIn")}</h2>
      <ul class="cards ways">
        ${[["/ask", "ask", "askLead"], ["/map", "map", "mapLead"], ["/compare/matrix", "compareMatrix", "compareMatrixLead"], ["/compare/forms", "compareForms", "compareFormsLead"]].map(([path, name, lead]) => html`
          <li key=${path}><a class="card" href=${keepLanguage(path)}><strong>${t(name)}</strong><span class="card-text">${t(lead)}</span></a></li>`)}
      </ul>
      <p class="chips">${["claims", "foods", "populations", "references", "safety", "intakes", "health-claims", "sections"].map((plural) => html`<a key=${plural} class="chip" href=${keepLanguage(`/${plural}`)}>${t(plural.replace("-", "_"))}</a> `)}</p>
    </section>`;
}
