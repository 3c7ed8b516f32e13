"""Records compared and patched.

Rule: pure functions; no database.
"""

from typing import Any, NamedTuple

from kb_api.editing.projection import Row


class Difference(NamedTuple):
    """One field of a record that differs; a side is ``None`` when the field was not there."""

    field: str
    before: Any
    after: Any


def changed_fields(before: Row, after: Row) -> list[str]:
    """The keys whose values differ, in the order of ``after``, then those that are gone."""
    changed = [key for key in after if key not in before or before[key] != after[key]]
    return changed + [key for key in before if key not in after]


def compare_records(before: Row | None, after: Row | None) -> list[Difference]:
    """Field by field, what differs between two states of a thing; ``None`` is a thing that does not stand."""
    old, new = before or {}, after or {}
    return [Difference(key, old.get(key), new.get(key)) for key in changed_fields(old, new)]


def merge_patch(target: Any, patch: Any) -> Any:
    """``target`` after an RFC 7396 merge patch; neither is changed."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = merge_patch(merged.get(key), value)
    return merged
