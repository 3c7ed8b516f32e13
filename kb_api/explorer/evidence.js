// How evidence is shown: the balance, the certainty, a claim, and the article beside the verdict.

import { html } from "./vendor/preact/standalone.module.js";
import { Opening, To, inTurns } from "./parts.js";
import { keepLanguage } from "./router.js";
import { countClaims, t } from "./words.js";

const UNIT = 11;
const GAP = 3;
const HEIGHT = 16;
const STANCES = ["refutes", "mixed", "supports", "background"];
const LEVELS = ["very_low", "low", "moderate", "high"];

/** One square a reference: against on the left of the line, for on the right, mixed across it, background apart. */
export function Balance({ balance, status, large = false }) {
  const { supports, mixed, refutes, background } = balance;
  const total = supports + mixed + refutes + background;
  if (!total) return html`<span class="balance-none">${t(status === "derived" ? "derived" : "noEvidence")}</span>`;
  const label = t("balanceLabel", balance);
  return html`<span class=${`balance ${large ? "large" : ""}`}>
    <${Picture} balance=${balance} label=${label} large=${large} />
    <span class="balance-words" aria-hidden="true">${STANCES.filter((stance) => balance[stance]).map((stance) => html`
      <span key=${stance} class=${`stance-${stance}`}>${balance[stance]} ${t(`stance_${stance}`).toLowerCase()}</span>`)}</span>
  </span>`;
}

function Picture({ balance, label, large }) {
  const size = large ? 1.7 : 1;
  const step = (UNIT + GAP) * size;
  const half = (balance.mixed * step) / 2;
  const left = balance.refutes * step + half;
  const right = half + balance.supports * step;
  const side = Math.max(left, right, step * 2);
  const faint = balance.background ? balance.background * step * 0.75 + step * 0.6 : 0;
  const [width, height, middle] = [side * 2 + faint + 2, HEIGHT * size, side + 1];
  const squares = [];
  const add = (x, name, scale = 1) => squares.push(html`<rect key=${squares.length} class=${`fill-${name}`} x=${x} y=${(height - UNIT * size * scale) / 2}
    width=${UNIT * size * scale} height=${UNIT * size * scale} rx=${2 * size} />`);
  for (let i = 0; i < balance.refutes; i += 1) add(middle - half - (i + 1) * step + (GAP * size) / 2, "refutes");
  for (let i = 0; i < balance.mixed; i += 1) add(middle - half + i * step + (GAP * size) / 2, "mixed");
  for (let i = 0; i < balance.supports; i += 1) add(middle + half + i * step + (GAP * size) / 2, "supports");
  for (let i = 0; i < balance.background; i += 1) add(middle + side + step * 0.6 + i * step * 0.75, "background", 0.6);
  return html`<svg class="balance-picture" role="img" aria-label=${label} width=${width} height=${height} viewBox=${`0 0 ${width} ${height}`}>
    <line class="balance-line" x1=${middle - side} x2=${middle + side} y1=${height - 0.5} y2=${height - 0.5} />
    <line class="balance-middle" x1=${middle} x2=${middle} y1="0" y2=${height} />
    ${squares}
  </svg>`;
}

/** Four dots, as many filled as the certainty is high, and the words. */
export function Certainty({ level, short = false }) {
  const filled = LEVELS.indexOf(level) + 1;
  return html`<span class=${`certainty certainty-${level}`}>
    <span class="dots" aria-hidden="true">${LEVELS.map((name, index) => html`<i key=${name} class=${index < filled ? "on" : ""}></i>`)}</span>
    <span class=${short ? "hidden" : ""}>${t(`certainty_${level}`)}</span>
  </span>`;
}

/** "Supplements → decreases → muscle cramps". */
export function Statement({ claim }) {
  if (claim.exposure === "none" || claim.effect === "none" || !claim.effect_on) return null;
  return html`<p class="statement">
    <span class=${`exposure exposure-${claim.exposure}`}>${t(`exposure_${claim.exposure}`)}</span>
    <span class="arrow">${t(`effect_${claim.effect}`)}</span>
    <span>${claim.effect_on}</span>
  </p>`;
}

export function ClaimCard({ claim, level = 3, references = {}, open = false }) {
  const Heading = `h${level}`;
  const evidence = claim.evidence ?? [];
  return html`<article class="claim" id=${`claim-${claim.slug}`}>
    <${Heading}><${To} thing=${{ ...claim, name: claim.text }} /><//>
    <div class="claim-facts">
      <${Certainty} level=${claim.certainty} />
      <${Balance} balance=${claim.balance} status=${claim.evidence_status} />
    </div>
    <${Statement} claim=${claim} />
    ${claim.certainty_reason && html`<p class="reason">${claim.certainty_reason}</p>`}
    ${evidence.length > 0 && html`<${Opening} open=${open} summary=${html`${t("showEvidence")} <span class="faint">(${evidence.length})</span>`}>
      ${() => html`<${EvidenceList} evidence=${evidence} references=${references} />`}
    <//>`}
  </article>`;
}

const STANCE_ORDER = ["supports", "mixed", "refutes", "background"];

function EvidenceList({ evidence, references }) {
  const sorted = [...evidence].sort((a, b) => STANCE_ORDER.indexOf(a.stance) - STANCE_ORDER.indexOf(b.stance));
  return html`<ul class="evidence-list">${sorted.map((row) => html`<li key=${row.reference.slug + row.stance}>
    <${StanceMark} stance=${row.stance} />
    <span><${Cited} row=${row} reference=${references[row.reference.slug]} />
      ${row.note && html`<span class="evidence-note">${row.note}</span>`}</span>
  </li>`)}</ul>`;
}

export function StanceMark({ stance }) {
  const marks = { supports: "+", mixed: "±", refutes: "−", background: "·" };
  return html`<span class=${`stance stance-${stance}`}><b aria-hidden="true">${marks[stance] ?? "?"}</b> ${t(`stance_${stance}`)}</span>`;
}

function Cited({ row, reference }) {
  return html`<span class="cited"><${To} thing=${row.reference}>${reference ? shortName(reference) : row.reference.name}<//>
    <span class="faint"> · ${t(`study_${row.study_type}`)}</span>
    ${(reference?.notices ?? []).map((notice) => html` <strong class="notice-word" key=${notice.notice_type}>${t(`notice_${notice.notice_type}`)}</strong>`)}</span>`;
}

/** "Slutsky et al. 2010", as people say it. */
export function shortName(reference) {
  const names = (reference.authors ?? []).map((author) => author.family ?? author.literal);
  const year = (reference.issued ?? "").slice(0, 4);
  if (!names.length) return reference.title;
  const many = names.length > 2 || (reference.et_al && names.length > 0);
  const who = many ? `${names[0]} et al.` : names.join(" & ");
  return year ? `${who} ${year}` : who;
}

/** Both sides of a claim, side by side, in full. */
export function EvidenceColumns({ claim, references = {} }) {
  const of = (stance) => claim.evidence.filter((row) => row.stance === stance);
  const column = (stance) => html`<div class=${`evidence-column side-${stance}`} key=${stance}>
    <h3><${StanceMark} stance=${stance} /> <span class="count">${of(stance).length}</span></h3>
    ${of(stance).length ? html`<ul>${of(stance).map((row) => html`<li key=${row.reference.slug}>
      <${Cited} row=${row} reference=${references[row.reference.slug]} />
      ${row.note && html`<p>${row.note}</p>`}
    </li>`)}</ul>` : html`<p class="faint">${t("noneOfStance")}</p>`}
  </div>`;
  return html`<div class="evidence-columns">${["supports", "refutes"].map(column)}</div>
    <div class="evidence-columns lesser">${["mixed", "background"].filter((stance) => of(stance).length).map(column)}</div>`;
}

export function Verdict({ verdict }) {
  return html`<span class=${`verdict verdict-${verdict}`}>${t(`verdict_${verdict}`)}</span>`;
}

/** What the article says on the left, the verdict on it on the right. Rows are `{passage, claim}`. */
export function ArticleTable({ rows, withClaim = true, caption }) {
  return html`<div class="article-rows" role="table" aria-label=${caption}>
    <div class="article-head" role="row"><span role="columnheader">${t("articleSays")}</span><span role="columnheader">${t("evidenceSays")}</span></div>
    ${inTurns(rows, ({ passage, claim }) => html`<div class="article-row" role="row" key=${`${passage.section}-${passage.sentence}-${claim.slug}`}>
      <div class="article-says" role="cell">
        <p class="place">${passage.sentence ? t("place", passage) : t("omittedPlace", passage)}</p>
        <blockquote>${passage.says ?? t("articleNone")}</blockquote>
      </div>
      <div class=${`article-verdict tone-${passage.verdict}`} role="cell">
        <p class="verdict-line"><${Verdict} verdict=${passage.verdict} /> ${withClaim && claim.certainty && html`<${Certainty} level=${claim.certainty} />`}</p>
        ${withClaim && html`<p class="held">${t("heldAgainst")}: <${To} thing=${claim}>${claim.text ?? claim.name}<//></p>`}
      </div>
    </div>`)}
  </div>`;
}

/** The passages of some claims, in the article's order. */
export function passagesOf(claims) {
  const rows = claims.flatMap((claim) => (claim.passages ?? []).map((passage) => ({ passage, claim })));
  return rows.sort((a, b) => a.passage.section - b.passage.section || (a.passage.sentence ?? 0) - (b.passage.sentence ?? 0));
}

const GROUPS = [
  ["claimsDeficiency", ["deficiency", "low_intake"]],
  ["claimsSupplement", ["supplementation", "excess"]],
  ["claimsBody", ["adequate_intake"]],
  ["claimsOther", ["none"]],
];

/** Claims in groups: what a lack does and what supplements do are two matters, never one. What is about this thing alone comes first. */
export function ClaimGroups({ claims, references, kind = "sign" }) {
  const breadth = (claim) => claim.links.filter((link) => link.kind === kind).length;
  const sorted = [...claims].sort((a, b) => breadth(a) - breadth(b) || LEVELS.indexOf(b.certainty) - LEVELS.indexOf(a.certainty));
  const known = GROUPS.flatMap(([, exposures]) => exposures);
  return GROUPS.map(([title, exposures]) => {
    const mine = sorted.filter((claim) => exposures.includes(claim.exposure) || (exposures[0] === "none" && !known.includes(claim.exposure)));
    return mine.length > 0 && html`<div class="claim-group" key=${title}>
      <h3>${t(title)} <span class="faint">${countClaims(mine.length)}</span></h3>
      <div class="claim-grid">${inTurns(mine, (claim) => html`<${ClaimCard} key=${claim.slug} claim=${claim} references=${references} level=${4} />`)}</div>
    </div>`;
  });
}

const URGENCIES = ["emergency", "urgent", "doctor", "none"];

/** Red flags, the most urgent first. They come before everything else on a page. */
export function RedFlags({ flags }) {
  if (!flags?.length) return null;
  const sorted = [...flags].sort((a, b) => URGENCIES.indexOf(a.urgency) - URGENCIES.indexOf(b.urgency));
  return html`<section class="red-flags" aria-labelledby="red-flags-title" id="red-flags">
    <h2 id="red-flags-title"><span class="sign-mark" aria-hidden="true">!</span>${t("redFlags")}</h2>
    <p>${t("redFlagsLead")}</p>
    <ul>${sorted.map((flag) => html`<li key=${flag.slug} class=${`urgency-${flag.urgency}`}>
      <span class="urgency">${t(`urgency_${flag.urgency}`)}</span>
      <div>
        <p class="flag-text"><a href=${keepLanguage(`/safety/${flag.slug}`)}>${flag.text}</a></p>
        ${flag.where_to_turn && html`<p class="turn">${flag.where_to_turn}</p>`}
        ${flag.urgency === "emergency" && html`<p><a class="call" href="tel:112">${t("call112")}</a></p>`}
      </div>
    </li>`)}</ul>
    <p class="faint">${t("notReviewed")}</p>
  </section>`;
}

