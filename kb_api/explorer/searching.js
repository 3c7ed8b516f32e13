// The search field with its suggestions, as a combobox that keyboards and screen readers know.

import { html, useEffect, useRef, useState } from "./vendor/preact/standalone.module.js";
import { get } from "./api.js";
import { useDismissal } from "./parts.js";
import { keepLanguage, navigate, pageOf } from "./router.js";
import { t } from "./words.js";

const PAUSE_MILLISECONDS = 120;
const SUGGESTIONS = 8;

/** Names that begin so; for a misspelt word, what a search makes of it. */
async function suggest(text) {
  const address = `/v1/search?q=${encodeURIComponent(text)}&limit=${SUGGESTIONS}`;
  const named = await get(`${address}&mode=suggest`);
  return named.data.length || text.length < 4 ? named.data : (await get(address)).data;
}

export function SearchBox({ id, large = false, initial = "" }) {
  const [text, setText] = useState(initial);
  const [hits, setHits] = useState([]);
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const latest = useRef("");
  const inside = useDismissal(open, () => setOpen(false));

  useEffect(() => {
    latest.current = text.trim();
    if (latest.current.length < 2) { setHits([]); return undefined; }
    const asked = latest.current;
    const timer = setTimeout(() => {
      suggest(asked).then(
        (found) => { if (latest.current === asked) { setHits(found); setActive(-1); } },
        () => setHits([]), // Without suggestions the field still searches.
      );
    }, PAUSE_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [text]);

  function go(hit) {
    setOpen(false);
    navigate(hit ? pageOf(hit.url) : keepLanguage(`/search?q=${encodeURIComponent(text.trim())}`));
  }
  function onKeyDown(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && hits.length) {
      event.preventDefault();
      setOpen(true);
      setActive(active < 0 ? (step > 0 ? 0 : hits.length - 1) : (active + step + hits.length) % hits.length);
    }
    if (event.key === "Escape") setOpen(false);
  }
  function onSubmit(event) {
    event.preventDefault();
    if (shown && active >= 0) go(hits[active]); else if (text.trim()) go(null);
  }
  const shown = open && hits.length > 0;
  return html`<form class=${`search ${large ? "search-large" : ""}`} role="search" aria-label=${t(large ? "searchLabel" : "search")} action="/search" onSubmit=${onSubmit} ref=${inside}>
    <label for=${id} class="hidden">${t("searchLabel")}</label>
    <input id=${id} name="q" type="search" autocomplete="off" autocapitalize="none" spellcheck=${false} maxlength="500" placeholder=${t("searchHint")} value=${text}
      role="combobox" aria-autocomplete="list" aria-expanded=${String(shown)} aria-controls=${`${id}-list`} aria-activedescendant=${shown && active >= 0 ? `${id}-${active}` : undefined}
      onInput=${(event) => { setText(event.target.value); setOpen(true); }} onFocus=${() => setOpen(true)} onKeyDown=${onKeyDown} />
    <button type="submit">${t("search")}</button>
    <span class="hidden" role="status">${shown ? t("suggestionsCount", { n: hits.length }) : ""}</span>
    <ul id=${`${id}-list`} role="listbox" aria-label=${t("suggestions")} class=${shown ? "suggestions" : "suggestions nothing"}>
      ${shown && hits.map((hit, index) => html`<li key=${hit.kind + hit.slug} id=${`${id}-${index}`} role="option" aria-selected=${String(index === active)}
        onPointerDown=${(event) => { event.preventDefault(); go(hit); }}><span>${hit.name}</span><span class="faint">${t(hit.kind)}</span></li>`)}
    </ul>
  </form>`;
}
