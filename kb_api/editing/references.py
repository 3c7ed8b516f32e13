"""Where a record names other things.

Rule: whoever must know what a record refers to (the seed check, the writer, a rename) asks here.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from kb_api.vocabulary import Kind


class Mention(NamedTuple):
    """One place in a record that names another thing; ``holder[key]`` is the slug."""

    kind: Kind
    slug: str
    pointer: str
    holder: Any
    key: Any


def find_mentions(kind: Kind, record: dict[str, Any]) -> Iterator[Mention]:
    """Every mention in a record, in its order."""
    for key, target in SINGLE.get(kind, {}).items():
        if record.get(key) is not None:
            yield Mention(target, record[key], f"/{key}", record, key)
    for key, target in LISTED.get(kind, {}).items():
        for position, slug in enumerate(record.get(key, [])):
            yield Mention(target, slug, f"/{key}/{position}", record[key], position)
    for key, (inner, fixed) in NESTED.get(kind, {}).items():
        for position, part in enumerate(record.get(key, [])):
            if part.get(inner) is not None:
                yield Mention(fixed or Kind(part["kind"]), part[inner], f"/{key}/{position}/{inner}", part, inner)


SINGLE: dict[Kind, dict[str, Kind]] = {
    Kind.MECHANISM: {"parent": Kind.MECHANISM},
    Kind.FOOD: {"group": Kind.FOOD},
}
"""Keys that hold one slug."""

LISTED: dict[Kind, dict[str, Kind]] = {
    Kind.POPULATION: {"sources": Kind.REFERENCE},
    Kind.HEALTH_CLAIM: {"claims": Kind.CLAIM, "forms": Kind.FORM},
    Kind.SAFETY: {"signs": Kind.SIGN, "claims": Kind.CLAIM, "populations": Kind.POPULATION},
}
"""Keys that hold a list of slugs."""

NESTED: dict[Kind, dict[str, tuple[str, Kind | None]]] = {
    Kind.REFERENCE: {"notices": ("reference", Kind.REFERENCE)},
    Kind.CLAIM: {"evidence": ("reference", Kind.REFERENCE), "links": ("slug", None)},
    Kind.HEALTH_CLAIM: {"signs": ("slug", Kind.SIGN)},
}
"""Keys that hold a list of parts, each of which names a thing; without a kind, the part says it."""
