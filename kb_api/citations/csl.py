"""A reference as a CSL-JSON item, the form from which every other format is made.

Rule: the item holds the text as it was published. Only what no format could carry is taken out: control characters,
line breaks and half surrogates.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

import orjson

Reference: TypeAlias = Mapping[str, Any]
CslItem: TypeAlias = dict[str, Any]

_TEXT_FIELDS = {
    "title": "title",
    "container_title": "container-title",
    "publisher": "publisher",
    "volume": "volume",
    "issue": "issue",
    "page": "page",
    "article_number": "number",
    "doi": "DOI",
    "pmid": "PMID",
    "pmcid": "PMCID",
    "source_url": "URL",
}

# Control characters, and halves of surrogate pairs, which UTF-8 cannot encode.
_UNPRINTABLE_CATEGORIES = frozenset({"Cc", "Cs"})


def to_csl(reference: Reference) -> CslItem:
    """The CSL-JSON item of one reference; fields that the reference lacks are left out.

    An article number is CSL's ``number``. Where an article has no pages it is its ``page`` too, as publishers print it
    in that place and most programs read nothing else; a report's number is never a page. ``custom.et_al`` says that the
    authors listed are not all of them, which CSL has no field for.
    """
    csl_type = str(reference["csl_type"])
    item: CslItem = {"id": str(reference["slug"]), "type": csl_type}
    for field, csl_field in _TEXT_FIELDS.items():
        if text := clean_text(str(reference.get(field) or "")):
            item[csl_field] = text
    if "number" in item and csl_type.startswith("article"):
        item.setdefault("page", item["number"])
    if authors := [name for author in reference.get("authors") or () if (name := _to_csl_name(author))]:
        item["author"] = authors
    if issued := reference.get("issued"):
        item["issued"] = {"date-parts": [[int(part) for part in str(issued).split("-")]]}
    if reference.get("et_al"):
        item["custom"] = {"et_al": True}
    return item


def format_csl(references: Iterable[Reference]) -> str:
    """The references as one CSL-JSON array."""
    return orjson.dumps([to_csl(reference) for reference in references]).decode()


def clean_text(text: str) -> str:
    """The text on one line: white space becomes single spaces, and what cannot be printed goes.

    RIS is a format of lines and a bibliography has one entry a line, so a line break in a title could end an entry.
    """
    if not text.isprintable():
        text = "".join(character for character in text if character.isspace() or _is_printable(character))
    return " ".join(text.split())


def is_et_al(item: CslItem) -> bool:
    """Whether the item has more authors than it lists."""
    return bool(item.get("custom", {}).get("et_al"))


def _to_csl_name(author: Mapping[str, str]) -> dict[str, str]:
    names = {part: clean_text(author.get(part) or "") for part in ("family", "given", "literal")}
    return {part: name for part, name in names.items() if name}


def _is_printable(character: str) -> bool:
    return unicodedata.category(character) not in _UNPRINTABLE_CATEGORIES
