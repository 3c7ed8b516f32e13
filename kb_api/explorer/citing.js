// References as people cite them, and taking a citation along in the format that they need.

import { html } from "./vendor/preact/standalone.module.js";
import { getText } from "./api.js";
import { CopyButton, Tag, To, inTurns, otherLanguage } from "./parts.js";
import { t } from "./words.js";

const FORMATS = [["vancouver", "Vancouver"], ["bibtex", "BibTeX"], ["ris", "RIS"]];

/** Buttons that fetch a citation and put it on the clipboard. `url` answers `?format=`. */
export function CiteButtons({ url, name }) {
  return html`<p class="cite">
    <span class="cite-word">${t("cite")}</span>
    ${FORMATS.map(([format, label]) => html`<${CopyButton} key=${format} label=${label}
      title=${`${t("copyAs", { format: label })}: ${name}`}
      text=${() => getText(`${url}${url.includes("?") ? "&" : "?"}format=${format}`)} />`)}
  </p>`;
}

export function authorsOf(reference, most = 6) {
  const names = (reference.authors ?? []).map((author) => author.literal ?? [author.family, author.given].filter(Boolean).join(" "));
  const shown = names.slice(0, most).join(", ");
  return names.length > most || reference.et_al ? `${shown}, et al.` : shown;
}

/** "Neuron 2010;65(2):165-177". */
export function placeOf(reference) {
  const { container_title: journal, publisher, issued, volume, issue, page, article_number: number } = reference;
  const where = journal ?? publisher ?? "";
  const numbers = [volume ? `;${volume}` : "", issue ? `(${issue})` : "", page ?? number ? `:${page ?? number}` : ""].join("");
  return [where, `${(issued ?? "").slice(0, 4)}${numbers}`].filter(Boolean).join(" ");
}

export function ReferenceRow({ reference }) {
  return html`<li class="reference" id=${`reference-${reference.slug}`}>
    <p class="reference-title"><${To} thing=${reference}><span lang=${otherLanguage("en")}>${reference.title}</span><//></p>
    <p class="reference-by">${authorsOf(reference)}${authorsOf(reference) && " · "}<span class="place-of">${placeOf(reference)}</span></p>
    <p class="reference-tags"><${Tag}>${t(`study_${reference.study_type}`)}<//>
      ${(reference.notices ?? []).map((notice) => html`<${Tag} key=${notice.notice_type + notice.text} tone="warn">${t(`notice_${notice.notice_type}`)}<//>`)}</p>
    ${reference.finding && html`<p class="finding">${reference.finding}</p>`}
    <${CiteButtons} url=${`/v1/references/${reference.slug}`} name=${reference.title} />
  </li>`;
}

export function ReferenceList({ references }) {
  return html`<ol class="references">${inTurns(references, (reference) => html`<${ReferenceRow} key=${reference.slug} reference=${reference} />`, { as: "li" })}</ol>`;
}
