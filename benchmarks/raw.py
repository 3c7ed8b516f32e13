"""The floor: the same three answers by hand-written SQL, a dict and orjson, without HTTP, in this process."""

import time
from collections.abc import Callable
from typing import Any

import orjson

from kb_api.database import sqlite_library

CLAIMS = """SELECT t.slug, t.name, t.revision, c.claim_type, c.exposure, c.effect, c.effect_on, c.certainty,
    c.certainty_reason, c.supports, c.mixed, c.refutes, c.background, t.id
    FROM claim c JOIN thing t ON t.id = c.thing_id ORDER BY c.thing_id LIMIT 50"""
LINKS = """SELECT l.claim_id, l.role, t.kind, t.slug, t.name FROM claim_link l JOIN thing t ON t.id = l.thing_id
    WHERE l.claim_id IN (SELECT thing_id FROM claim ORDER BY thing_id LIMIT 50) ORDER BY l.claim_id, l.position"""
REFERENCES = """SELECT t.slug, t.name, t.revision, r.csl_type, r.authors, r.container_title, r.publisher, r.issued,
    r.volume, r.issue, r.page, r.doi, r.pmid, r.pmcid, r.source_url, r.study_type, r.sample, r.finding, r.funding,
    r.note, r.verification FROM evidence e JOIN thing c ON c.id = e.claim_id JOIN reference r
    ON r.thing_id = e.reference_id JOIN thing t ON t.id = r.thing_id
    WHERE c.kind = 'claim' AND c.slug = ? ORDER BY e.position"""
ROUNDS, CALLS = 5, 40


def measure_floor(path: str, slug: str) -> dict[str, float]:
    """Microseconds of processor time for one answer: request → best of some rounds."""
    connection = sqlite_library().connect(path)
    answers: dict[str, Callable[[], bytes]] = {
        "claims": lambda: _claims(connection),
        "references": lambda: _references(connection, slug),
    }
    return {name: min(_time(answer) for _ in range(ROUNDS)) for name, answer in answers.items()}


def _claims(connection: Any) -> bytes:
    loads = orjson.loads
    links: dict[int, list[Any]] = {}
    for claim_id, role, kind, slug, name in connection.execute(LINKS):
        label = loads(name)
        shape = {"kind": kind, "slug": slug, "name": label.get("en"), "url": f"/v1/{kind}s/{slug}", "role": role}
        links.setdefault(claim_id, []).append(shape)
    data = [
        {
            "kind": "claim",
            "slug": row[0],
            "url": f"/v1/claims/{row[0]}",
            "revision": row[2],
            "text": loads(row[1])["en"],
            "claim_type": row[3],
            "exposure": row[4],
            "effect": row[5],
            "effect_on": row[6] and loads(row[6]).get("en"),
            "certainty": row[7],
            "certainty_reason": loads(row[8]).get("en"),
            "balance": {"supports": row[9], "mixed": row[10], "refutes": row[11], "background": row[12]},
            "links": links.get(row[13], []),
        }
        for row in connection.execute(CLAIMS)
    ]
    return orjson.dumps({"data": data})


def _references(connection: Any, slug: str) -> bytes:
    cursor = connection.execute(REFERENCES, (slug,))
    names = [column[0] for column in cursor.description]
    written = {"name", "authors", "sample", "finding", "funding", "note", "verification"}
    return orjson.dumps(
        {
            "data": [
                {
                    name: orjson.loads(value) if name in written and value else value
                    for name, value in zip(names, row, strict=True)
                }
                for row in cursor
            ]
        }
    )


def _time(answer: Callable[[], bytes]) -> float:
    began = time.process_time()
    for _ in range(CALLS):
        answer()
    return (time.process_time() - began) / CALLS * 1e6
