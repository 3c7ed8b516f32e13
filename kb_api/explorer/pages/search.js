// What a search found.

import { html } from "../vendor/preact/standalone.module.js";
import { Snippet, Tag, To } from "../parts.js";
import { SearchBox } from "../searching.js";
import { formatNumber, t } from "../words.js";

export function requests(_, query) {
  const q = (query.get("q") ?? "").trim();
  return q ? [`/v1/search?q=${encodeURIComponent(q)}&limit=50`] : [];
}

export function title() {
  return t("search");
}

export function Search({ documents: [found], query }) {
  const q = (query.get("q") ?? "").trim();
  const rows = found?.data ?? [];
  const heading = !q ? t("searchStart") : rows.length ? t("hits", { n: formatNumber(found.meta.total), q }) : t("noHits", { q });
  return html`<article class="thing wide-page">
    <header class="thing-head"><h1 tabindex="-1">${heading}</h1>
      <${SearchBox} key=${q} id="page-search" initial=${q} large=${true} />
      ${found?.meta.corrected && html`<p>${t("corrected", { q: found.meta.corrected })}</p>`}
      ${q && !rows.length && html`<p>${t("noHitsHint")}</p>`}
    </header>
    <ol class="hits">${rows.map((hit) => html`<li key=${hit.kind + hit.slug}>
      <p class="hit-name"><${To} thing=${hit} /> <${Tag}>${t(hit.kind)}<//></p>
      <p class="faint"><${Snippet} source=${hit.snippet} /></p>
    </li>`)}</ol>
  </article>`;
}
