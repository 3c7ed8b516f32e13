"""Two readers that are not ours: bibtexparser for BibTeX, gris for RIS, each turned back into CSL.

They follow what the formats themselves say (braces, commas, ``--``) and nothing that only our writers would know.
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import bibtexparser
from bibtexparser.middlewares import NameParts, SeparateCoAuthors, SplitNameParts
from gris import read_ris
from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, get_default_latex_context_db

# pylatexenc reads \textasciicircum as a modifier letter (U+02C6); LaTeX prints the ASCII character.
_latex_context = get_default_latex_context_db()
_latex_context.add_context_category("ascii", macros=[MacroTextSpec("textasciicircum", "^")], prepend=True)
_decode_latex = LatexNodes2Text(latex_context=_latex_context).latex_to_text


def read_bibtex(text: str) -> dict[str, dict[str, Any]]:
    """The entries by key, as CSL fields."""
    library = bibtexparser.parse_string(text, append_middleware=[SeparateCoAuthors(), SplitNameParts()])
    assert library.failed_blocks == []
    return {entry.key: _read_entry({field.key: field.value for field in entry.fields}) for entry in library.entries}


def read_ris_records(text: str) -> dict[str, dict[str, Any]]:
    """The records by ``ID``, as CSL fields; gris reads files only, so the text goes through one."""
    with TemporaryDirectory() as directory:
        path = Path(directory) / "records.ris"
        path.write_text(text, encoding="utf-8")
        return {record["ID"]: _read_record(record) for record in read_ris(str(path))}


def pick_compared_fields(item: dict[str, Any]) -> dict[str, Any]:
    """What must come back unharmed from every format."""
    fields = ("DOI", "PMID", "PMCID", "URL", "title", "author", "page", "number", "volume", "issue", "container-title")
    picked = {field: item[field] for field in fields if field in item}
    return picked | {"issued": item["issued"]["date-parts"][0], "et_al": "custom" in item}


def _read_entry(fields: dict[str, Any]) -> dict[str, Any]:
    names = fields.get("author", [])
    return _without_gaps(
        {
            "DOI": fields.get("doi"),
            "PMID": fields.get("pmid"),
            "PMCID": fields.get("pmcid"),
            "URL": fields.get("url"),
            "title": _decode(fields["title"].removeprefix("{").removesuffix("}")),
            "author": [_read_name(name) for name in names if name.last != ["others"]],
            "page": _decode(fields.get("pages", "").replace("--", "-")),
            "number": _decode(fields.get("articleno")),
            "volume": _decode(fields.get("volume")),
            "issue": _decode(fields.get("number")),
            "container-title": _decode(fields.get("journal") or fields.get("booktitle") or fields.get("series")),
            "issued": _read_date(fields.get("year"), _MONTHS.get(fields.get("month", "")), fields.get("day")),
        }
    ) | {"et_al": any(name.last == ["others"] for name in names)}


_MONTHS = {
    name: str(number)
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}


def _read_name(name: NameParts) -> dict[str, str]:
    parts = {"family": " ".join([*name.von, *name.last]), "given": " ".join(name.first)}
    if not parts["given"] and parts["family"].startswith("{") and parts["family"].endswith("}"):
        return {"literal": _decode(parts["family"])}
    return {part: text for part, written in parts.items() if (text := _decode(written))}


def _decode(latex: str | None) -> str:
    return _decode_latex(latex or "")


def _read_record(record: dict[str, Any]) -> dict[str, Any]:
    return _without_gaps(
        {
            "DOI": record.get("DO"),
            "PMID": record.get("AN") if record.get("DB") == "PubMed" else None,
            "PMCID": record.get("C2"),
            "URL": record.get("UR"),
            "title": record["TI"],
            "author": [_read_author(author) for author in _list(record.get("AU"))],
            "page": "-".join(page for page in (record.get("SP"), record.get("EP")) if page),
            "number": record.get("C7") or record.get("SN"),
            "volume": record.get("VL"),
            "issue": record.get("IS"),
            "container-title": record.get("T2"),
            "issued": _read_date(*record.get("DA", record["PY"]).split("/")[:3]),
        }
    ) | {"et_al": any(note.startswith("et al.") for note in _list(record.get("N1")))}


def _read_author(author: str) -> dict[str, str]:
    if author.endswith(","):
        name = author.removesuffix(",")
        return {"literal": name} if "," in name else {"family": name}
    family, comma, given = author.partition(", ")
    return {"family": family, "given": given} if comma else {"literal": author}


def _list(value: str | list[str] | None) -> list[str]:
    return [value] if isinstance(value, str) else value or []


def _read_date(*parts: str | None) -> list[int]:
    return [int(part) for part in parts if part]


def _without_gaps(fields: dict[str, Any]) -> dict[str, Any]:
    return {field: value for field, value in fields.items() if value}
