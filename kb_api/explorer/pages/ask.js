// A question in words: claims with their sources, or an honest refusal, as a good chatbot shows them.

import { html, useEffect, useState } from "../vendor/preact/standalone.module.js";
import { post } from "../api.js";
import { Balance, Certainty, StanceMark, Statement } from "../evidence.js";
import { ApiCalls, CopyButton, ProblemView, To, Waiting } from "../parts.js";
import { t } from "../words.js";

export function requests() {
  return [];
}

export function title() {
  return t("ask");
}

export function Ask() {
  const [question, setQuestion] = useState("");
  const [state, setState] = useState({});
  const body = { question: state.asked ?? t("example1") };

  useEffect(() => { document.getElementById("answer-title")?.focus(); }, [state.pack]);

  async function ask(text) {
    const asked = text.trim();
    if (!asked) return;
    const timer = setTimeout(() => setState({ asked, waiting: true, slow: true }), 2_500);
    setState({ asked, waiting: true });
    try {
      const document = await post("/v1/answers", { question: asked });
      setState({ asked, pack: document.data, meta: document.meta });
    } catch (problem) {
      setState({ asked, problem });
    } finally {
      clearTimeout(timer);
    }
  }
  function onSubmit(event) {
    event.preventDefault();
    ask(question);
  }
  return html`<article class="thing wide-page ask">
    <header class="thing-head"><h1 tabindex="-1">${t("ask")}</h1><p class="lead">${t("askLead")}</p></header>
    <form class="ask-form" onSubmit=${onSubmit}>
      <label for="question">${t("askLabel")}</label>
      <div><input id="question" name="question" autocomplete="off" maxlength="500" required value=${question} onInput=${(event) => setQuestion(event.target.value)} />
      <button type="submit" class="button">${t("askButton")}</button></div>
      <p class="faint">${t("askPrivate")}</p>
    </form>
    ${!state.asked && html`<div><h2 class="small">${t("askExamples")}</h2>
      <p class="chips">${[1, 2, 3, 4].map((number) => html`<button key=${number} type="button" class="chip" onClick=${() => { setQuestion(t(`example${number}`)); ask(t(`example${number}`)); }}>${t(`example${number}`)}</button> `)}</p></div>`}
    <div aria-live="polite">
      ${state.waiting && html`<${Waiting} slow=${state.slow} />`}
      ${state.problem && (state.problem.kind === "notFound" ? html`<p class="problem">${t("askMissing")}</p>` : html`<${ProblemView} problem=${state.problem} retry=${() => ask(state.asked)} level=${2} />`)}
      ${state.pack && html`<${Pack} pack=${state.pack} asked=${state.asked} />`}
    </div>
    <${ApiCalls} calls=${[{ method: "POST", path: "/v1/answers", body }]} documents=${[state]} />
  </article>`;
}

function Pack({ pack, asked }) {
  const emergency = pack.reason === "emergency" || (pack.unanswered ?? []).some((part) => part.reason === "emergency");
  const heading = emergency ? t("askEmergency") : pack.answered ? t("askAnswered") : t("askRefused");
  return html`<section class="answer" aria-labelledby="answer-title">
    <p class="asked"><span class="hidden">${t("askLabel")}: </span>${asked}</p>
    <h2 id="answer-title" tabindex="-1">${heading}</h2>
    ${pack.corrected && html`<p class="faint">${t("corrected", { q: pack.corrected })}</p>`}
    ${pack.message && html`<div class=${`refusal ${emergency ? "refusal-emergency" : ""}`}>
      <p><strong>${pack.answered ? t("askPartly") : t(`reason_${pack.reason}`)}</strong></p>
      <p>${pack.message}</p>
      ${emergency && html`<p><a class="call" href="tel:112">${t("call112")}</a></p>`}
    </div>`}
    ${pack.claims.length > 0 && html`<ol class="answer-claims">${pack.claims.map((claim) => html`<li key=${claim.slug}>
      <p class="answer-text"><${To} thing=${claim}>${claim.text}<//>${(claim.citations ?? []).map((citation) => html`<sup key=${citation.number}><a href=${`#cited-${citation.number}`} aria-label=${`[${citation.number}] ${citation.short}`}>[${citation.number}]</a></sup>`)}</p>
      <${Statement} claim=${claim} />
      <p class="claim-facts"><${Certainty} level=${claim.certainty} /> <${Balance} balance=${claim.balance} status=${claim.evidence_status} /></p>
      ${claim.certainty_reason && html`<p class="reason">${claim.certainty_reason}</p>`}
      ${(claim.citations ?? []).length > 0 && html`<details><summary>${t("showEvidence")}</summary><ul class="evidence-list">${claim.citations.map((citation) => html`<li key=${citation.number}><${StanceMark} stance=${citation.stance} /><span>[${citation.number}] ${citation.short}</span></li>`)}</ul></details>`}
    </li>`)}</ol>`}
    ${pack.notices.length > 0 && html`<div class="answer-notices"><h3>${t("askNotices")}</h3><ul>${pack.notices.map((notice, index) => html`<li key=${index} class=${`urgency-${notice.urgency ?? "none"}`}>
      ${notice.urgency && notice.urgency !== "none" && html`<span class="urgency">${t(`urgency_${notice.urgency}`)}</span>`}
      <div><p>${notice.text}</p>${notice.action && html`<p class="turn">${notice.action}</p>`}</div>
    </li>`)}</ul></div>`}
    ${(pack.related ?? []).length > 0 && html`<div class="answer-related"><h3>${t("askRelated")}</h3><ul class="link-list">${pack.related.map((claim) => html`<li key=${claim.slug}><${To} thing=${claim} /></li>`)}</ul></div>`}
    ${pack.references.length > 0 && html`<div><h3>${t("references")}</h3><ol class="cited-list">${pack.references.map((reference) => html`<li key=${reference.slug} id=${`cited-${reference.number}`} value=${reference.number}><${To} thing=${reference}>${reference.full ?? reference.title}<//></li>`)}</ol></div>`}
    <p class="faint">${pack.disclaimer}</p>
    ${pack.prompt && html`<details><summary>${t("askPrompt")}</summary><pre tabindex="0" aria-label=${t("askPrompt")}><code>${pack.prompt}</code></pre><p><${CopyButton} text=${pack.prompt} title=${`${t("copy")}: ${t("askPrompt")}`} /></p></details>`}
  </section>`;
}
