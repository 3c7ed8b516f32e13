"""References as RIS, the format of reference managers since the 1980s.

Rule: one value, one line. RIS has no escape, so the values come clean from ``csl`` and rispy only lays them out.
"""

import re
from collections.abc import Iterable
from typing import Any

import rispy

from kb_api.citations.csl import CslItem, Reference, is_et_al, to_csl

_TYPES = {
    "article-journal": "JOUR",
    "book": "BOOK",
    "chapter": "CHAP",
    "legislation": "STAT",
    "report": "RPRT",
    "webpage": "ELEC",
}
_GENERIC_TYPE = "GEN"

# rispy's own names for the tags: T2, PB, VL, IS, DO and C2; EndNote reads a PMCID in C2.
_FIELDS = {
    "container-title": "secondary_title",
    "publisher": "publisher",
    "volume": "volume",
    "issue": "number",
    "DOI": "doi",
    "PMCID": "custom2",
}

_PAGE_RANGE = re.compile(r"([^\s,–-]+)[–-]([^\s,–-]+)")


def format_ris(references: Iterable[Reference]) -> str:
    """One RIS record for each reference, in the order given."""
    records = [_to_ris(to_csl(reference)) for reference in references]
    return str(rispy.dumps(records, implementation=_RecordWriter)) if records else ""


class _RecordWriter(rispy.RisWriter):
    """rispy's writer without the count above each record, which is no part of RIS and which some readers refuse."""

    def set_header(self, count: int) -> str:
        return ""


def _to_ris(item: CslItem) -> dict[str, Any]:
    record: dict[str, Any] = {"type_of_reference": _TYPES.get(item["type"], _GENERIC_TYPE), "id": item["id"]}
    if authors := [_format_author(author) for author in item.get("author", ())]:
        record["authors"] = authors
    if title := item.get("title"):
        record["title"] = title
    record |= {ris_field: item[field] for field, ris_field in _FIELDS.items() if field in item}
    record |= _format_dates(item) | _format_pages(item) | _format_number(item) | _format_pmid(item)
    if url := item.get("URL"):
        record["urls"] = [url]
    if is_et_al(item):
        record["notes"] = ["et al. (the list of authors is not complete)"]
    return record


def _format_author(author: dict[str, str]) -> str:
    """``Family, Given``; a name that is not in two parts is marked by where its commas stand.

    A body without a comma in its name has none here, and that is how reference managers know it for one. A body with a
    comma gets one more at the end (``National Institutes of Health, Office of Dietary Supplements,``), and so does a
    family name that stands alone (``Firoz,``). Only the last two end in a comma, only the first of them holds another.
    """
    if literal := author.get("literal"):
        return f"{literal}," if "," in literal else literal
    return ", ".join([author.get("family", ""), author.get("given", "")]).rstrip(" ")


def _format_dates(item: CslItem) -> dict[str, str]:
    for year, *rest in item.get("issued", {}).get("date-parts", ()):
        parts = [f"{year:04}", *(f"{part:02}" for part in rest), "", ""][:3]
        return {"year": f"{year:04}"} | ({"date": "/".join([*parts, ""])} if rest else {})
    return {}


def _format_pages(item: CslItem) -> dict[str, str]:
    page = item.get("page")
    if not page:
        return {}
    if page != item.get("number") and (pages := _PAGE_RANGE.fullmatch(page)):
        return {"start_page": pages[1], "end_page": pages[2]}
    return {"start_page": page}


def _format_number(item: CslItem) -> dict[str, str]:
    if "number" not in item:
        return {}
    # SN holds a report's number, C7 an article's, as EndNote and Zotero have them.
    return {"issn" if item["type"] == "report" else "custom7": item["number"]}


def _format_pmid(item: CslItem) -> dict[str, str]:
    # AN is "the number in a database", so the database has to be named.
    return {"accession_number": item["PMID"], "name_of_database": "PubMed"} if "PMID" in item else {}
