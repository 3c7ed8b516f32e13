"""citeproc-py with the styles and locales that lie in ``styles/``: one CSL item in, one line of plain text out.

Rule: this is the only file that knows citeproc-py, and what is particular about it is made good here or in the styles.
"""

from enum import StrEnum
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

# citeproc-py has no types.
from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.frontend import CitationStylesXML
from citeproc.source import BibliographySource, Date, Name, Reference
from citeproc.string import String

from kb_api.citations.csl import CslItem, is_et_al

STYLES_DIRECTORY = Path(__file__).parent / "styles"


class Style(StrEnum):
    """The styles in which a bibliography can be written."""

    VANCOUVER = "vancouver"
    APA = "apa"


class Locale(StrEnum):
    """The languages of a bibliography's own words: months, "In", "et al."."""

    ENGLISH = "en-US"
    SWEDISH = "sv-SE"


_STYLE_FILES = {Style.VANCOUVER: "nlm-citation-sequence.csl", Style.APA: "apa.csl"}

# Stands for the authors that are not listed, until the entry is written. ``clean_text`` lets no control character
# through, so that no name can hold it.
_UNLISTED = "\x01"

# A style object keeps the entry that it is at work on inside itself, so only one thread may use it at a time.
_lock = Lock()


def render_item(item: CslItem, *, style: Style, locale: Locale) -> str:
    """The entry of one item, without a number, in plain text."""
    with _lock:
        processor = _load_style(style, locale)
        source = BibliographySource()
        source.add(_to_citeproc(item))
        bibliography = CitationStylesBibliography(processor, source, formatter.plain)
        bibliography.register(Citation([CitationItem(item["id"])]))
        entry = "".join(str(entry) for entry in bibliography.bibliography())
        et_al = str(processor.root.get_single_term("et-al"))
    return _write_et_al(_drop_second_stop(entry, item), et_al)


@cache
def _load_style(style: Style, locale: Locale) -> Any:
    """The parsed style, once for each process: reading one takes as long as writing a dozen entries.

    citeproc-py looks for locales among its own files only, so its choice is replaced by the two kept here. The tests
    check the files against the CSL schema, which would take longer than all the rest.
    """
    processor = CitationStylesStyle(str(STYLES_DIRECTORY / _STYLE_FILES[style]), locale=str(locale), validate=False)
    of_the_style = [element for element in processor.root.locales if element.getparent() is not None]
    names = dict.fromkeys([locale, Locale.ENGLISH])
    processor.root.locales = of_the_style + [_load_locale(name, processor.root) for name in names]
    return processor


def _load_locale(locale: Locale, style_root: Any) -> Any:
    root = CitationStylesXML(str(STYLES_DIRECTORY / f"locales-{locale}.xml"), validate=False).root
    root.style = style_root
    return root


def _to_citeproc(item: CslItem) -> Any:
    """citeproc-py's own reference, built without its JSON reader, which takes some markup in a title for its own."""
    fields: dict[str, Any] = {
        name.replace("-", "_"): String(value)
        for name, value in item.items()
        if isinstance(value, str) and name not in {"id", "type"}
    }
    if authors := _to_names(item):
        fields["author"] = authors
    for parts in item.get("issued", {}).get("date-parts", ()):
        fields["issued"] = Date(**dict(zip(("year", "month", "day"), parts, strict=False)))
    if fields.get("publisher") == fields.get("container_title"):
        # An authority's web page: its name once is enough.
        fields.pop("publisher", None)
    return Reference(item["id"].lower(), item["type"], **fields)


def _to_names(item: CslItem) -> list[Any]:
    unlisted = [{"literal": _UNLISTED}] if is_et_al(item) else []
    return [Name(**author) for author in [*item.get("author", ()), *unlisted]]


def _drop_second_stop(entry: str, item: CslItem) -> str:
    """No full stop after a title that ends in a question or exclamation mark; citeproc-py leaves both."""
    title = item.get("title", "")
    return entry.replace(f"{title}.", title, 1) if title.endswith(("?", "!")) else entry


def _write_et_al(entry: str, et_al: str) -> str:
    """The unlisted authors as ``, et al.``, in place of what the style put around them as the last author."""
    before, mark, after = entry.partition(_UNLISTED)
    if not mark:
        return entry
    before = before.rstrip().removesuffix("&").removesuffix("…").rstrip().removesuffix(",")
    return f"{before}, {et_al}{after.removeprefix('.') if et_al.endswith('.') else after}"
