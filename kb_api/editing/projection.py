"""A record → the rows of its kind's table and of the tables below it.

Rule: the record is what an editor wrote; the rows are its projection for questions. Nothing else writes these tables.
"""

from collections.abc import Callable
from typing import Any

from kb_api.models import Base, ClaimLink, Evidence, Notice, Passage, Relation
from kb_api.vocabulary import MEASURE_NAMES, Kind, Measure, RelationRole, Stance

Row = dict[str, Any]
Resolve = Callable[[Kind, str], int]
"""(kind, slug) → the key of the living thing; raises when there is none."""


def project_name(kind: Kind, record: Row) -> dict[str, str]:
    """What the thing is called, in its languages: the name, a claim's text, a reference's original title."""
    if kind is Kind.REFERENCE:
        return {"und": record["title"]}
    if kind is Kind.INTAKE:
        return _name_intake(record)
    name: dict[str, str] = record[NAME_KEYS.get(kind, "name")]
    return name


def project(kind: Kind, thing_id: int, record: Row, resolve: Resolve) -> Row:
    """The row of the kind's own table."""
    row = {key: value for key, value in record.items() if key not in NOT_COLUMNS[kind]}
    row["thing_id"] = thing_id
    match kind:
        case Kind.MECHANISM:
            row["parent_id"] = _resolve_optional(resolve, Kind.MECHANISM, record.get("parent"))
        case Kind.FOOD:
            row["group_id"] = _resolve_optional(resolve, Kind.FOOD, record.get("group"))
        case Kind.CLAIM:
            row |= _count_stances(record)
    return row


def project_parts(kind: Kind, thing_id: int, record: Row, resolve: Resolve) -> dict[type[Base], list[Row]]:
    """The rows of the tables below the kind's own."""
    match kind:
        case Kind.CLAIM:
            return _project_claim_parts(thing_id, record, resolve)
        case Kind.REFERENCE:
            return {Notice: _project_notices(thing_id, record, resolve)}
        case Kind.POPULATION:
            return {Relation: _relate(thing_id, RelationRole.SOURCE, Kind.REFERENCE, record["sources"], resolve)}
        case Kind.HEALTH_CLAIM | Kind.SAFETY:
            return {Relation: _project_relations(thing_id, record, resolve)}
        case _:
            return {}


NAME_KEYS = {
    Kind.CLAIM: "text",
    Kind.HEALTH_CLAIM: "topic",
    Kind.SAFETY: "text",
    Kind.SECTION: "heading",
}
"""Kind → the key of the record that names the thing, where it is not ``name``."""

_ALWAYS = {"slug", "name"}
NOT_COLUMNS: dict[Kind, set[str]] = {
    Kind.SIGN: _ALWAYS,
    Kind.MECHANISM: _ALWAYS | {"parent"},
    Kind.FORM: _ALWAYS,
    Kind.FOOD: _ALWAYS | {"group"},
    Kind.POPULATION: _ALWAYS | {"sources"},
    Kind.REFERENCE: _ALWAYS | {"title", "notices"},
    Kind.CLAIM: _ALWAYS | {"text", "evidence", "passages", "links"},
    Kind.HEALTH_CLAIM: _ALWAYS | {"topic", "signs", "claims", "forms"},
    Kind.SAFETY: _ALWAYS | {"text", "signs", "claims", "populations"},
    Kind.INTAKE: _ALWAYS,
    Kind.SECTION: _ALWAYS | {"heading"},
}
"""Kind → the keys of a record that are not columns of its kind's table."""

PARTS: dict[Kind, dict[type[Base], str]] = {
    Kind.CLAIM: {ClaimLink: "claim_id", Evidence: "claim_id", Passage: "claim_id"},
    Kind.REFERENCE: {Notice: "reference_id"},
    Kind.POPULATION: {Relation: "thing_id"},
    Kind.HEALTH_CLAIM: {Relation: "thing_id"},
    Kind.SAFETY: {Relation: "thing_id"},
}
"""Kind → the tables below its own, and the column by which each belongs to the thing."""


def _name_intake(record: Row) -> dict[str, str]:
    """``RDA, men 19-30 years (authority)``, in every language that both texts have."""
    measured = MEASURE_NAMES[Measure(record["measure"])]
    return {
        language: f"{measured[language]}, {record['population'][language]} ({record['authority'][language]})"
        for language in measured
        if language in record["population"] and language in record["authority"]
    } or record["population"]


def _resolve_optional(resolve: Resolve, kind: Kind, slug: str | None) -> int | None:
    return None if slug is None else resolve(kind, slug)


def _count_stances(record: Row) -> dict[str, int]:
    stances = [piece["stance"] for piece in record["evidence"]]
    return {str(stance): stances.count(stance) for stance in Stance}


def _project_claim_parts(thing_id: int, record: Row, resolve: Resolve) -> dict[type[Base], list[Row]]:
    links = [
        {
            "claim_id": thing_id,
            "thing_id": resolve(Kind(link["kind"]), link["slug"]),
            "role": link["role"],
            "position": position,
        }
        for position, link in enumerate(record["links"])
    ]
    evidence = [
        {
            "claim_id": thing_id,
            "reference_id": resolve(Kind.REFERENCE, piece["reference"]),
            "stance": piece["stance"],
            "note": piece["note"],
            "position": position,
        }
        for position, piece in enumerate(record["evidence"])
    ]
    return {
        ClaimLink: links,
        Evidence: evidence,
        Passage: [{"claim_id": thing_id, **passage} for passage in record["passages"]],
    }


def _project_notices(thing_id: int, record: Row, resolve: Resolve) -> list[Row]:
    return [
        {
            "reference_id": thing_id,
            "position": position,
            "notice_type": notice["notice_type"],
            "text": notice["text"],
            "notice_reference_id": _resolve_optional(resolve, Kind.REFERENCE, notice.get("reference")),
            "verification": notice["verification"],
        }
        for position, notice in enumerate(record["notices"])
    ]


def _project_relations(thing_id: int, record: Row, resolve: Resolve) -> list[Row]:
    rows = []
    for key, (role, target) in RELATED.items():
        rows += _relate(thing_id, role, target, record.get(key, []), resolve)
    return rows


RELATED = {
    "signs": (RelationRole.SIGN, Kind.SIGN),
    "claims": (RelationRole.CLAIM, Kind.CLAIM),
    "forms": (RelationRole.FORM, Kind.FORM),
    "populations": (RelationRole.POPULATION, Kind.POPULATION),
}
"""Key of a record → the role of the relation and the kind of its target."""


def _relate(thing_id: int, role: RelationRole, target: Kind, parts: list[Any], resolve: Resolve) -> list[Row]:
    """One relation a part; a part is a slug, or an object with a slug and what the relation adds."""
    rows: dict[int, Row] = {}
    for position, part in enumerate(parts):
        slug = part if isinstance(part, str) else part["slug"]
        detail = None if isinstance(part, str) else {key: value for key, value in part.items() if key != "slug"}
        target_id = resolve(target, slug)
        rows[target_id] = {
            "thing_id": thing_id,
            "target_id": target_id,
            "role": role,
            "position": position,
            "detail": detail,
        }
    return list(rows.values())
