"""Revisions and changes → what goes out."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from kb_api.shapes.links import Shape, url_of
from kb_api.vocabulary import Kind, Operation


def shape_change(change: Any, at: datetime | None, *, former_slug: str | None = None) -> Shape:
    """One change of the record: a living thing's whole record, a retracted one's reason and successor."""
    kind, operation = Kind(change.kind), Operation(change.operation)
    shape: Shape = {
        "revision": change.revision,
        "at": format_moment(at),
        "kind": kind,
        "slug": change.slug,
        "url": url_of(kind, change.slug),
        "operation": operation,
        "fields": change.fields,
    }
    if operation is Operation.RETRACT:
        return {**shape, **change.record}
    if former_slug is not None and former_slug != change.slug:
        shape["former_slug"] = former_slug
    return shape | {"record": change.record}


def shape_differences(differences: Iterable[Any]) -> list[Shape]:
    """Field by field, before and after."""
    return [{"field": each.field, "before": each.before, "after": each.after} for each in differences]


def shape_revision(row: Any) -> Shape:
    """Number, time, who, message."""
    return {
        "number": row.number,
        "at": format_moment(row.at),
        "author": row.author,
        "message": row.message,
        "url": revision_url(row.number),
    }


def revision_url(number: int) -> str:
    """The path-absolute address of a revision."""
    return f"/v1/revisions/{number}"


def format_moment(moment: datetime | None) -> str | None:
    """``2026-01-31T12:00:00Z``."""
    return None if moment is None else moment.isoformat(timespec="seconds").replace("+00:00", "Z")
