"""The short form in which one thing names another, and addresses.

Rule: a link never holds more than this, so that no answer nests without end.
"""

from typing import Any

from kb_api.shapes.words import Words
from kb_api.vocabulary import PATHS, Kind

Shape = dict[str, Any]


def url_of(kind: Kind, slug: str) -> str:
    """The path-absolute address of a thing."""
    return f"{PATHS[kind]}/{slug}"


def id_of(kind: Kind, slug: str) -> str:
    """The batch and graph id of a thing, ``sign:fatigue``."""
    return f"{kind}:{slug}"


def shape_link(row: Any, words: Words, **more: Any) -> Shape:
    """``{kind, slug, name, url}`` of a row with ``kind``, ``slug`` and ``name``, and what else is said of it."""
    kind = Kind(row.kind)
    name = row.name.get("und") or words.say(row.name, "name", f"{kind}:{row.slug}")
    return {"kind": kind, "slug": row.slug, "name": name, "url": url_of(kind, row.slug), **more}


def shape_head(kind: Kind, row: Any) -> Shape:
    """What begins every thing: ``{kind, slug, url, revision}``."""
    return {"kind": kind, "slug": row.slug, "url": url_of(kind, row.slug), "revision": row.revision}
