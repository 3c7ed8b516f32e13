r"""References as BibTeX, in UTF-8, to be read by BibTeX, biber and reference managers.

Rule: every text is escaped here, character by character, and pybtex writes it as it stands. pybtex' own encoder takes
its input for LaTeX, and would leave a ``\`` or ``{`` of a title to be read as a command.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from io import StringIO
from typing import Any

import orjson

# pybtex has no types.
from pybtex.database import BibliographyData, Entry, Person
from pybtex.database.output.bibtex import Writer

from kb_api.citations.csl import CslItem, Reference, is_et_al, to_csl

# BibTeX has no type for the last two; biblatex has, and older styles treat them as @misc.
_TYPES = {
    "article-journal": "article",
    "book": "book",
    "chapter": "incollection",
    "report": "techreport",
    "webpage": "online",
    "legislation": "legislation",
}
_GENERIC_TYPE = "misc"
_CONTAINER_FIELDS = {"chapter": "booktitle", "book": "series", "report": "series"}
_PUBLISHER_FIELDS = {"report": "institution", "webpage": "organization"}

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

# Braces are commands, not ``\{``: BibTeX counts braces without looking at the backslash before them. ``<`` and ``>``
# stand as they are: LaTeX prints them in every encoding but its oldest, and most readers drop ``\textless``.
_ESCAPES = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\ensuremath{\lbrace}",
        "}": r"\ensuremath{\rbrace}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{character: f"\\{character}" for character in "&%$#_"},
    }
)
# Pairs that LaTeX draws as one sign: dashes, quotation marks, inverted marks. An empty group keeps them apart.
_LIGATURE = re.compile(r"-(?=-)|`(?=`)|'(?=')|,(?=,)|[?!](?=`)")
_ADDRESS_ESCAPES = str.maketrans({"{": "%7B", "}": "%7D", "\\": "%5C", " ": "%20"})
# What BibTeX would take for a border between two parts or two names.
_NEEDS_GROUP = re.compile(r",|\band\b", re.IGNORECASE)
# Entries kept in memory, some 2 kB each; a guess at twelve times the references there are.
_CACHED_ENTRIES = 1024


def format_bibtex(references: Iterable[Reference]) -> str:
    """One BibTeX entry for each reference, keyed by its slug, in the order given."""
    return "\n".join(_format_serialized(orjson.dumps(to_csl(reference))) for reference in references)


@lru_cache(maxsize=_CACHED_ENTRIES)
def _format_serialized(serialized_item: bytes) -> str:
    """The entry of a serialized item: the whole item is the key, so a changed reference is another entry."""
    item = orjson.loads(serialized_item)
    stream = StringIO()
    _PlainWriter().write_stream(BibliographyData({item["id"]: _to_entry(item)}), stream)
    return stream.getvalue()


class _PlainWriter(Writer):
    """pybtex' writer without its encoder, with braces round every value and BibTeX' own names for the months."""

    def quote(self, s: str) -> str:
        self.check_braces(s)
        return f"{{{s}}}"

    def _encode(self, text: str) -> str:
        return text

    def _write_field(self, stream: StringIO, type: str, value: str) -> None:  # noqa: A002  # pybtex' name for it
        if type == "month":
            stream.write(f",\n    month = {value}")
        else:
            super()._write_field(stream, type, value)


def _to_entry(item: CslItem) -> Any:
    persons = [_to_person(author) for author in item.get("author", ())]
    if is_et_al(item):
        persons.append(Person(last="others"))
    entry = Entry(_TYPES.get(item["type"], _GENERIC_TYPE), persons={"author": persons} if persons else {})
    for field, value in _list_fields(item).items():
        if value:
            entry.fields[field] = value
    return entry


def _list_fields(item: CslItem) -> dict[str, str | None]:
    csl_type = item["type"]
    is_report = csl_type == "report"
    text = {field: _escape(value) for field, value in item.items() if isinstance(value, str)}
    return {
        # The second pair of braces keeps the capitals, which most styles would lower.
        "title": f"{{{text['title']}}}" if "title" in text else None,
        _CONTAINER_FIELDS.get(csl_type, "journal"): text.get("container-title"),
        _PUBLISHER_FIELDS.get(csl_type, "publisher"): text.get("publisher"),
        **_format_date(item),
        "volume": text.get("volume"),
        "number": text.get("number") if is_report else text.get("issue"),
        "pages": _format_pages(item),
        # Not biblatex' ``eid``: its styles would print the number twice, as they print ``pages`` too.
        "articleno": None if is_report else text.get("number"),
        # These four are read as they stand, not as LaTeX.
        "doi": _escape_address(item.get("DOI")),
        "pmid": _escape_address(item.get("PMID")),
        "pmcid": _escape_address(item.get("PMCID")),
        "url": _escape_address(item.get("URL")),
    }


def _to_person(author: dict[str, str]) -> Any:
    """A body stands in braces, one name to BibTeX; a family name keeps its particles (``de Baaij, Jeroen``)."""
    if "literal" in author:
        return Person(last=f"{{{_escape(author['literal'])}}}")
    family, given = _escape_name(author.get("family", "")), _escape_name(author.get("given", ""))
    if not given and " " in family:
        # Without a comma, BibTeX would take the first word for a given name.
        given = "{}"
    return Person(last=family, first=given)


def _escape_name(name: str) -> str:
    escaped = _escape(name)
    return f"{{{escaped}}}" if _NEEDS_GROUP.search(escaped) else escaped


def _format_date(item: CslItem) -> dict[str, str | None]:
    for year, *rest in item.get("issued", {}).get("date-parts", ()):
        month = _MONTHS[rest[0] - 1] if rest else None
        return {"year": str(year), "month": month, "day": str(rest[1]) if len(rest) > 1 else None}
    return {}


def _format_pages(item: CslItem) -> str | None:
    page = item.get("page")
    if not page or page == item.get("number"):
        return _escape(page) if page else None
    return "--".join(_escape(end) for end in re.split(r"[–-]", page))


def _escape(text: str) -> str:
    return _LIGATURE.sub(r"\g<0>{}", text.translate(_ESCAPES))


def _escape_address(address: str | None) -> str | None:
    return address.translate(_ADDRESS_ESCAPES) if address else None
