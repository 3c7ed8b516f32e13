// Cytoscape, loaded only by the map.

import cytoscape from "./vendor/cytoscape/cytoscape.js";

const MANY = 12;

const KIND_SHAPES = { sign: "round-rectangle", mechanism: "ellipse", form: "diamond", food: "round-triangle", population: "round-hexagon", reference: "rectangle" };

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

function styles() {
  const ink = colour("ink");
  const lean = { for: colour("supports"), against: colour("refutes"), mixed: colour("mixed"), none: colour("line-strong") };
  return [
    { selector: "node", style: { label: "data(label)", "font-family": "Inter, system-ui, sans-serif", "font-size": 12, color: ink, "text-valign": "bottom", "text-margin-y": 5, "text-wrap": "wrap", "text-max-width": 110, width: 22, height: 22, "text-background-color": colour("card"), "text-background-opacity": 0.85, "text-background-padding": 2, "border-width": 2, "border-color": colour("paper") } },
    ...Object.entries(KIND_SHAPES).map(([kind, shape]) => ({ selector: `node[kind = "${kind}"]`, style: { shape, "background-color": colour(`kind-${kind}`) } })),
    { selector: "node[?centre]", style: { width: 38, height: 38, "font-size": 15, "font-weight": 700 } },
    { selector: "edge", style: { width: "data(width)", "curve-style": "bezier", "line-color": lean.none, opacity: 0.75 } },
    ...Object.entries(lean).map(([name, value]) => ({ selector: `edge[lean = "${name}"]`, style: { "line-color": value } })),
    { selector: "edge[lean = 'against']", style: { "target-arrow-shape": "tee", "target-arrow-color": lean.against } },
    { selector: "edge[!firm]", style: { "line-style": "dashed" } },
    { selector: ".pale", style: { opacity: 0.18 } },
    { selector: "node.chosen", style: { "border-color": colour("accent"), "border-width": 4 } },
  ];
}

/** Draw a graph in a frame. What comes back steers it: `select`, `zoom`, `fit`, `destroy`. */
export function draw(frame, { nodes, lines, leanOf, around, onSelect, onOpen }) {
  const elements = [
    ...nodes.map((node) => ({ data: { id: node.id, label: shorten(node.name), kind: node.kind, centre: node.id === around } })),
    ...lines.map((line, index) => ({ data: { id: `line-${index}`, source: line.source, target: line.target, lean: leanOf(line.balance), firm: line.firm, width: 1.4 + 0.7 * Math.min(line.count, 6) } })),
  ];
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const graph = cytoscape({
    container: frame,
    elements,
    style: styles(),
    layout: ringOf(around),
    minZoom: 0.15,
    maxZoom: 3,
    userZoomingEnabled: true,
  });
  if (nodes.length >= MANY) gather(graph);
  fit(graph);
  graph.on("tap", "node", (event) => onSelect(event.target.id()));
  graph.on("dbltap", "node", (event) => onOpen(event.target.id()));
  const recolour = () => graph.style(styles());
  const watched = new MutationObserver(recolour);
  watched.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });

  function select(id) {
    const node = graph.getElementById(id);
    if (node.empty()) return;
    graph.elements().removeClass("pale chosen");
    if (id !== around) graph.elements().not(node.closedNeighborhood()).addClass("pale");
    node.addClass("chosen");
    const box = node.renderedBoundingBox();
    const outside = box.x1 < 0 || box.y1 < 0 || box.x2 > graph.width() || box.y2 > graph.height();
    if (outside) graph.animate({ center: { eles: node }, duration: still ? 0 : 200 });
  }
  select(around);
  return {
    select,
    zoom: (factor) => graph.zoom({ level: graph.zoom() * factor, renderedPosition: { x: graph.width() / 2, y: graph.height() / 2 } }),
    fit: () => fit(graph),
    destroy: () => { watched.disconnect(); graph.destroy(); },
  };
}

function ringOf(around) {
  return { name: "concentric", concentric: (node) => (node.id() === around ? 100 : node.degree(false) > 3 ? 10 : 1), levelWidth: () => 9, minNodeSpacing: 46, padding: 40, animate: false };
}

/** Many things: forces pull together what belongs together, from the ring as a start, so that the picture is the same each time. */
function gather(graph) {
  graph.layout({ name: "cose", animate: false, randomize: false, nodeRepulsion: () => 40_000, idealEdgeLength: () => 60, gravity: 0.8, nodeDimensionsIncludeLabels: true, numIter: 700, fit: false }).run();
  const box = graph.nodes().boundingBox({ includeLabels: false });
  const room = Math.sqrt(graph.nodes().length) * 125;
  const shape = graph.width() / graph.height();
  const [width, height] = [room * Math.sqrt(shape), room / Math.sqrt(shape)];
  graph.nodes().positions((node) => ({ x: ((node.position("x") - box.x1) / box.w) * width, y: ((node.position("y") - box.y1) / box.h) * height }));
}

/** Everything in view, but letters never larger than those of the page. */
function fit(graph) {
  graph.fit(undefined, 30);
  if (graph.zoom() > 1.2) { graph.zoom(1.2); graph.center(); }
}

function shorten(name) {
  return name.length > 40 ? `${name.slice(0, 38)}…` : name;
}
