// The API reference: Swagger UI on the description that the service gives of itself.

const LEVELS = { "h3.opblock-tag": "2", "h4": "3", "h5": "4" };

/** Swagger UI leaves a select without a name and skips a level of headings; screen readers need both. */
function complete(root) {
  root.querySelectorAll("select:not([aria-label])").forEach((select) => select.setAttribute("aria-label", select.id || "Choice"));
  root.querySelectorAll("input:not([aria-label])").forEach((input) => input.setAttribute("aria-label", input.placeholder || "Value"));
  for (const [selector, level] of Object.entries(LEVELS)) {
    root.querySelectorAll(`${selector}:not([aria-level])`).forEach((heading) => heading.setAttribute("aria-level", level));
  }
  root.querySelectorAll("pre:not([tabindex]), .model-box:not([tabindex])").forEach((wide) => wide.setAttribute("tabindex", "0"));
}

function followTheme() {
  const chosen = document.documentElement.dataset.theme;
  const dark = chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.classList.toggle("dark-mode", dark);
}

/** The parts of Swagger UI without its page frame, which has a main landmark of its own. */
function Parts(system) {
  const make = system.React.createElement;
  const part = (name) => make(system.getComponent(name, true), { key: name });
  const names = ["InfoContainer", "AuthorizeBtnContainer", "FilterContainer", "operations", "Models"];
  const show = () => {
    const described = system.specSelectors.specJson().size > 0;
    return make("div", { className: "swagger-ui" }, part("SvgAssets"), described ? names.map(part) : make("p", { role: "status" }, "Loading …"));
  };
  return { components: { Parts: show } };
}

/** Examples of optional parameters go into their descriptions: filled in all at once they would find nothing. */
function emptyOptional(spec) {
  const parameters = Object.values(spec.paths ?? {}).flatMap((path) => Object.values(path).flatMap((operation) => operation?.parameters ?? []));
  for (const parameter of parameters) {
    if (parameter.in !== "query" || parameter.required || parameter.example === undefined) continue;
    parameter.description = `${parameter.description ?? ""} For example: ${[parameter.example].flat().join(", ")}`.trim();
    delete parameter.example;
  }
  return spec;
}

window.addEventListener("DOMContentLoaded", async () => {
  const root = document.getElementById("swagger-ui");
  followTheme();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", followTheme);
  new MutationObserver(() => complete(root)).observe(root, { childList: true, subtree: true });
  const spec = await fetch("/openapi.json").then((answer) => answer.json()).catch(() => null);
  if (!spec) {
    root.textContent = "The description cannot be fetched now. Load the page again to try once more.";
    return;
  }
  window.SwaggerUIBundle({
    spec: emptyOptional(spec),
    dom_id: "#swagger-ui",
    plugins: [Parts],
    layout: "Parts",
    deepLinking: false, // Its links would stand inside buttons, where screen readers cannot reach them.
    syntaxHighlight: false, // Its colours are too faint to read.
    docExpansion: "none",
    defaultModelsExpandDepth: 0,
    filter: true,
    tryItOutEnabled: true,
    validatorUrl: null,
    displayRequestDuration: true,
  });
});
