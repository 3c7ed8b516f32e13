"""Datasette with the three questions as canned queries: SQLite itself makes the JSON of what is nested."""

from pathlib import Path
from typing import Any

import orjson

from kb_api.shapes.references import BIBLIOGRAPHIC

TEXT = "coalesce(json_extract({0}, '$.en'), json_extract({0}, '$.und'), json_extract({0}, '$.sv'))"
URL = "'/v1/' || {0}.kind || 's/' || {0}.slug"


def _say(column: str) -> str:
    return TEXT.format(column)


LINK = f"'kind', o.kind, 'slug', o.slug, 'name', {_say('o.name')}, 'url', {URL.format('o')}"
LINKS = f"""(SELECT json_group_array(json_object({LINK}, 'role', l.role)) FROM claim_link l
    JOIN thing o ON o.id = l.thing_id WHERE l.claim_id = c.thing_id)"""
EVIDENCE = f"""(SELECT json_group_array(json_object('stance', e.stance, 'study_type', r.study_type,
    'note', {_say("e.note")}, 'reference', json_object({LINK}))) FROM evidence e
    JOIN reference r ON r.thing_id = e.reference_id JOIN thing o ON o.id = e.reference_id
    WHERE e.claim_id = c.thing_id)"""
PASSAGES = f"""(SELECT json_group_array(json_object('section', p.section, 'sentence', p.sentence,
    'says', {_say("p.says")}, 'verdict', p.verdict)) FROM passage p WHERE p.claim_id = c.thing_id)"""
STANCES = ("supports", "mixed", "refutes", "background")
BALANCE = "json_object(" + ", ".join(f"'{stance}', c.{stance}" for stance in STANCES) + ")"
CLAIM = {
    "kind": "t.kind",
    "slug": "t.slug",
    "url": URL.format("t"),
    "revision": "t.revision",
    "text": _say("t.name"),
    "claim_type": "c.claim_type",
    "exposure": "c.exposure",
    "effect": "c.effect",
    "effect_on": _say("c.effect_on"),
    "certainty": "c.certainty",
    "certainty_reason": _say("c.certainty_reason"),
    "balance": BALANCE,
    "links": LINKS,
}
CLAIM_DETAIL = CLAIM | {
    "subject": "c.subject",
    "evidence_status": "c.evidence_status",
    "note": _say("c.note"),
    "evidence": EVIDENCE,
    "passages": PASSAGES,
}
SIGN = {
    "kind": "t.kind",
    "slug": "t.slug",
    "url": URL.format("t"),
    "revision": "t.revision",
    "name": _say("t.name"),
    "summary": _say("s.summary"),
    "aliases": "json_extract(s.aliases, '$.en')",
    "position": "s.position",
    "body_system": "s.body_system",
    "xrefs": "json(s.xrefs)",
}
AS_THEY_STAND = [name for name in BIBLIOGRAPHIC if name != "authors"]
REFERENCE = (
    {"kind": "t.kind", "slug": "t.slug", "url": URL.format("t"), "revision": "t.revision", "title": _say("t.name")}
    | {name: f"r.{name}" for name in AS_THEY_STAND}
    | {name: _say(f"r.{name}") for name in ("sample", "finding", "funding", "note")}
    | {"authors": "json(r.authors)", "verification": "json(r.verification)"}
)


def _select(columns: dict[str, str]) -> str:
    return ", ".join(f'{expression} AS "{name}"' for name, expression in columns.items())


def _object(columns: dict[str, str]) -> str:
    return "json_object(" + ", ".join(f"'{name}', {expression}" for name, expression in columns.items()) + ")"


MATCHED = """SELECT l.claim_id FROM claim_link l JOIN thing m ON m.id = l.thing_id
    WHERE m.kind = 'mechanism' AND m.slug = :mechanism"""
ABOUT_SIGNS = f"""SELECT l.claim_id FROM claim_link l JOIN thing o ON o.id = l.thing_id
    WHERE o.kind = 'sign' AND l.claim_id IN ({MATCHED})"""
# ruff: noqa: S608 - every word of these is our own.
QUERIES = {
    "claims": f"""SELECT {_select(CLAIM)} FROM claim c JOIN thing t ON t.id = c.thing_id
        ORDER BY c.thing_id LIMIT :limit""",
    "references": f"""SELECT {_select(REFERENCE)} FROM evidence e JOIN thing q ON q.id = e.claim_id
        JOIN reference r ON r.thing_id = e.reference_id JOIN thing t ON t.id = r.thing_id
        WHERE q.kind = 'claim' AND q.slug = :claim ORDER BY e.position""",
    "signs": f"""SELECT
        (SELECT json_group_array({_object(SIGN)}) FROM sign s JOIN thing t ON t.id = s.thing_id WHERE s.thing_id IN
            (SELECT l.thing_id FROM claim_link l WHERE l.claim_id IN ({MATCHED}))) AS data,
        (SELECT json_group_array({_object(CLAIM_DETAIL)}) FROM claim c JOIN thing t ON t.id = c.thing_id
            WHERE c.thing_id IN ({ABOUT_SIGNS})) AS claims,
        (SELECT json_group_array({_object(REFERENCE)}) FROM reference r JOIN thing t ON t.id = r.thing_id
            WHERE r.thing_id IN
                (SELECT e.reference_id FROM evidence e WHERE e.claim_id IN ({ABOUT_SIGNS}))) AS found""",
}
NESTED = {
    "claims": ("balance", "links"),
    "references": ("authors", "verification"),
    "signs": ("data", "claims", "found"),
}


def write_metadata(folder: Path, database: str) -> Path:
    """The canned queries in the form that Datasette reads."""
    queries: dict[str, Any] = {name: {"sql": sql} for name, sql in QUERIES.items()}
    path = folder / "datasette.json"
    path.write_bytes(orjson.dumps({"databases": {database: {"queries": queries}}}))
    return path


def address(database: str, name: str, **parameters: str) -> str:
    """Where one of the questions is answered as JSON."""
    shown = "&".join(
        [f"_json={column}" for column in NESTED[name]] + [f"{key}={value}" for key, value in parameters.items()]
    )
    return f"/{database}/{name}.json?_shape=array&{shown}"
