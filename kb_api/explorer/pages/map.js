// The graph, drawn; and the same as a list for those who cannot see it.

import { html, useEffect, useMemo, useRef, useState } from "../vendor/preact/standalone.module.js";
import { Balance, Certainty } from "../evidence.js";
import { ApiCalls, ProblemView, To, Waiting, useDocuments } from "../parts.js";
import { changed, keepLanguage, navigate, pageOf } from "../router.js";
import { formatNumber, t } from "../words.js";

const KINDS = ["sign", "mechanism", "form", "food", "population", "reference"];
const KINDS_AT_FIRST = ["sign", "mechanism", "form"];
const LEANS = ["for", "mixed", "against", "none"];
const LEVELS = ["high", "moderate", "low", "very_low"];

export function requests(_, query) {
  const around = /^[a-z_]+:[a-z0-9-]+$/.test(query.get("around") ?? "") ? query.get("around") : "sign:fatigue";
  const depth = /^[12]$/.test(query.get("depth") ?? "") ? query.get("depth") : usualDepth();
  return [`/v1/graph?around=${around}&depth=${depth}`];
}

/** A phone has room for the nearest things only. */
function usualDepth() {
  return innerWidth < 700 ? "1" : "2";
}

export function title() {
  return t("map");
}

/** Which way the evidence of a connection leans. */
export function leanOf({ supports, mixed, refutes }) {
  if (!supports && !mixed && !refutes) return "none";
  if (refutes > supports) return "against";
  return supports > refutes && supports >= mixed ? "for" : "mixed";
}

export function MapPage({ query }) {
  const addresses = requests({}, query);
  const { documents, problem, slow, retry } = useDocuments(addresses);
  const starts = useDocuments(["/v1/signs?limit=50&fields=kind,slug,name,url", "/v1/mechanisms?limit=200&fields=kind,slug,name,url", "/v1/forms?limit=200&fields=kind,slug,name,url"]);
  const [kinds, setKinds] = useState(KINDS_AT_FIRST);
  const [leans, setLeans] = useState(LEANS);
  const [levels, setLevels] = useState(LEVELS);
  const [alike, setAlike] = useState(false);
  const around = new URLSearchParams(addresses[0].split("?")[1]).get("around");
  const depth = query.get("depth") ?? usualDepth();
  const asList = query.get("view") === "list";
  const graph = useMemo(() => documents && narrow(documents[0].data, { kinds, leans, levels, around, alike }), [documents?.[0], kinds, leans, levels, around, alike]);
  const missing = problem?.kind === "notFound" && !(problem.body.errors ?? []).length;

  return html`<article class="thing wide-page map-page">
    <header class="thing-head"><h1 tabindex="-1">${t("map")}</h1><p class="lead">${t("mapLead")}</p></header>
    <form class="map-tools" onSubmit=${(event) => event.preventDefault()}>
      <label>${t("mapAround")} <select value=${around} onChange=${(event) => navigate(changed({ around: event.target.value }))}>
        ${starts.documents ? starts.documents.map((list, index) => html`<optgroup key=${index} label=${t(["signs", "mechanisms", "forms"][index])}>${list.data.map((thing) => html`<option key=${thing.slug} value=${`${thing.kind}:${thing.slug}`} selected=${`${thing.kind}:${thing.slug}` === around}>${thing.name}</option>`)}</optgroup>`) : ""}
        ${!starts.documents?.some((list) => list.data.some((thing) => `${thing.kind}:${thing.slug}` === around)) && html`<option value=${around} selected>${around.split(":")[1]}</option>`}
      </select></label>
      <label>${t("mapDepth")} <select onChange=${(event) => navigate(changed({ depth: event.target.value }))}>${["1", "2"].map((value) => html`<option key=${value} value=${value} selected=${value === depth}>${value}</option>`)}</select></label>
      <${Choices} legend=${t("mapKinds")} all=${KINDS} chosen=${kinds} set=${setKinds} name=${(kind) => t(`${kind}s`)} mark="kind" />
      <label class="check"><input type="checkbox" checked=${alike} onChange=${() => setAlike(!alike)} />${t("mapAlike")}</label>
      <${Choices} legend=${t("mapStance")} all=${LEANS} chosen=${leans} set=${setLeans} name=${(lean) => t(`lean_${lean}`)} mark="lean" />
      <${Choices} legend=${t("mapCertainty")} all=${LEVELS} chosen=${levels} set=${setLevels} name=${(level) => t(`certainty_${level}`)} />
    </form>
    <nav class="tabs" aria-label=${t("mapShow")}>${[["picture", "mapPicture"], ["list", "mapList"]].map(([view, name]) => html`<a key=${view} href=${changed({ view: view === "list" ? "list" : null })} aria-current=${(view === "list") === asList ? "page" : undefined}>${t(name)}</a>`)}</nav>
    ${missing && html`<p class="problem">${t("mapMissing")}</p>`}
    ${problem && !missing && html`<${ProblemView} problem=${problem} retry=${retry} level=${2} />`}
    ${!documents && !problem && html`<${Waiting} slow=${slow} />`}
    ${graph && html`<p class="faint" role="status">${t("mapCount", { nodes: formatNumber(graph.nodes.length), edges: formatNumber(graph.edges.length) })} ${documents[0].meta.truncated || documents[0].data.truncated ? t("truncated") : ""}</p>`}
    ${graph && (asList ? html`<${GraphList} graph=${graph} />` : html`<${Drawing} graph=${graph} around=${around} />`)}
    <${ApiCalls} calls=${addresses.map((path) => ({ method: "GET", path }))} documents=${documents} />
  </article>`;
}

function Choices({ legend, all, chosen, set, name, mark }) {
  const toggle = (value) => set(chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value]);
  return html`<fieldset><legend>${legend}</legend>${all.map((value) => html`<label key=${value} class="check"><input type="checkbox" checked=${chosen.includes(value)} onChange=${() => toggle(value)} />${mark && html`<i class=${`dot ${mark}-${value}`} aria-hidden="true"></i>`}${name(value)}</label>`)}</fieldset>`;
}

/** What the filters leave. Claims that name many things of one kind at once tie each to each; they are left out at first. */
function narrow(data, { kinds, leans, levels, around, alike }) {
  const allowed = new Map(data.nodes.filter((node) => kinds.includes(node.kind) || node.id === around).map((node) => [node.id, node]));
  const edges = data.edges.filter((edge) => allowed.has(edge.source) && allowed.has(edge.target)
    && (alike || allowed.get(edge.source).kind !== allowed.get(edge.target).kind)
    && leans.includes(leanOf(edge.balance)) && (!edge.certainty || levels.includes(edge.certainty)));
  const touched = new Set([around, ...edges.flatMap((edge) => [edge.source, edge.target])]);
  return { nodes: [...allowed.values()].filter((node) => touched.has(node.id)), edges, allowed };
}

/** A claim that an edge stands for: a slug, or an object that names it. */
function claimOf(edge) {
  const slug = edge.claim?.slug ?? edge.claim;
  return { slug, url: `/v1/claims/${slug}`, name: edge.claim?.name ?? edge.claim?.text ?? edge.text ?? slug };
}

function GraphList({ graph }) {
  const name = (id) => graph.allowed.get(id);
  return html`<div class="table-frame" tabindex="0" role="group" aria-label=${t("connections")}><table>
    <thead><tr><th scope="col">${t("from")}</th><th scope="col">${t("claim")}</th><th scope="col">${t("to")}</th><th scope="col">${t("leans")}</th></tr></thead>
    <tbody>${graph.edges.map((edge, index) => html`<tr key=${index}>
      <th scope="row"><${To} thing=${{ ...name(edge.source), url: addressOf(name(edge.source)) }} /></th>
      <td>${edge.exposure && html`<span class="faint">${edge.exposure !== "none" ? t(`exposure_${edge.exposure}`) : ""} ${edge.effect && edge.effect !== "none" ? t(`effect_${edge.effect}`) : ""}</span> `}<${To} thing=${claimOf(edge)} /></td>
      <td><${To} thing=${{ ...name(edge.target), url: addressOf(name(edge.target)) }} /></td>
      <td><${Balance} balance=${edge.balance} />${edge.certainty && html`<${Certainty} level=${edge.certainty} />`}</td>
    </tr>`)}</tbody>
  </table></div>`;
}

const PLURALS = { sign: "signs", mechanism: "mechanisms", form: "forms", food: "foods", population: "populations", reference: "references", claim: "claims" };

function addressOf(node) {
  return node?.url ?? `/v1/${PLURALS[node?.kind] ?? "signs"}/${node?.slug}`;
}

/** One line for all claims between two things, so that the picture stays calm. */
function joinEdges(edges) {
  const joined = new Map();
  for (const edge of edges) {
    const key = [edge.source, edge.target].sort().join(" ");
    const line = joined.get(key) ?? { source: edge.source, target: edge.target, count: 0, balance: { supports: 0, mixed: 0, refutes: 0 }, firm: false };
    line.count += 1;
    for (const stance of Object.keys(line.balance)) line.balance[stance] += edge.balance[stance] ?? 0;
    line.firm ||= !edge.certainty || ["high", "moderate"].includes(edge.certainty);
    joined.set(key, line);
  }
  return [...joined.values()];
}

function Drawing({ graph, around }) {
  const frame = useRef(null);
  const drawn = useRef(null);
  const [selected, setSelected] = useState(around);
  const [failed, setFailed] = useState(false);
  const lines = useMemo(() => joinEdges(graph.edges), [graph]);
  const order = useMemo(() => [around, ...graph.nodes.map((node) => node.id).filter((id) => id !== around)], [graph, around]);

  useEffect(() => {
    let current = true;
    import("../drawing.js").then(({ draw }) => {
      if (!current) return;
      drawn.current = draw(frame.current, { nodes: graph.nodes, lines, leanOf, around, onSelect: setSelected, onOpen: open });
    }, () => setFailed(true));
    return () => { current = false; drawn.current?.destroy(); drawn.current = null; };
  }, [graph]);
  useEffect(() => { drawn.current?.select(selected); }, [selected]);
  useEffect(() => { if (!order.includes(selected)) setSelected(around); }, [order]);

  function open(id) {
    const node = graph.nodes.find((one) => one.id === id);
    if (node) navigate(pageOf(addressOf(node)));
  }
  function onKeyDown(event) {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const action = { "+": () => drawn.current?.zoom(1.25), "-": () => drawn.current?.zoom(0.8), 0: () => drawn.current?.fit(), Enter: () => open(selected) }[event.key];
    if (!step && !action) return;
    event.preventDefault();
    if (step) setSelected(order[(order.indexOf(selected) + step + order.length) % order.length]); else action();
  }
  const node = graph.nodes.find((one) => one.id === selected);
  const connected = lines.filter((line) => line.source === selected || line.target === selected).length;
  if (failed) return html`<p class="problem">${t("offline")}</p><${GraphList} graph=${graph} />`;
  return html`<div class="map-frame">
    <div class="map-canvas" ref=${frame} tabindex="0" role="application" aria-label=${t("map")} aria-describedby="map-keys map-selected" onKeyDown=${onKeyDown}></div>
    <div class="map-buttons" role="group" aria-label=${t("map")}>
      <button type="button" aria-label=${t("zoomIn")} onClick=${() => drawn.current?.zoom(1.25)}>+</button>
      <button type="button" aria-label=${t("zoomOut")} onClick=${() => drawn.current?.zoom(0.8)}>−</button>
      <button type="button" aria-label=${t("zoomFit")} onClick=${() => drawn.current?.fit()}>⤢</button>
    </div>
    <p id="map-selected" class="map-selected" role="status">${node && html`${t("mapSelected", { name: node.name, kind: t(node.kind).toLowerCase(), n: formatNumber(connected) })} · <a href=${pageOf(addressOf(node))}>${t("mapOpen", { name: node.name })}</a> · <a href=${keepLanguage(`/map?around=${node.id}`)}>${t("mapAround")} →</a>`}</p>
    <p id="map-keys" class="faint">${t("mapKeys")}</p>
  </div>`;
}
