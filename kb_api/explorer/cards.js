// Things as cards, to choose one by.

import { html } from "./vendor/preact/standalone.module.js";
import { To } from "./parts.js";
import { countClaims, formatPercent, t } from "./words.js";

export function SignCards({ signs }) {
  return html`<ol class="cards sign-cards">${signs.map((sign) => html`<li key=${sign.slug}><${To} thing=${sign} class="card">
    <span class="number-mark" aria-hidden="true">${sign.position}</span>
    <strong>${sign.name}</strong>
    ${sign.body_system && html`<span class="card-foot">${t(`system_${sign.body_system}`)}</span>`}
  <//></li>`)}</ol>`;
}

/** Things as cards: what they are, and by how many claims they hang together with this one. */
export function LinkedCards({ things, counts = {} }) {
  return html`<ul class="cards">${things.map((thing) => html`<li key=${thing.slug}><${To} thing=${thing} class="card">
    <strong>${thing.name}</strong>
    ${thing.summary && html`<span class="card-text">${thing.summary}</span>`}
    <span class="card-foot">
      ${thing.elemental_magnesium_percent ? html`<span>${formatPercent(thing.elemental_magnesium_percent)} Mg</span>` : ""}
      ${counts[thing.slug] ? html`<span>${countClaims(counts[thing.slug])}</span>` : ""}
    </span>
  <//></li>`)}</ul>`;
}
