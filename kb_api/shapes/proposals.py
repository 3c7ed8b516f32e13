"""Proposals → what goes out."""

from collections.abc import Iterable
from typing import Any

from kb_api.shapes.links import Shape
from kb_api.shapes.revisions import format_moment, shape_differences


def shape_proposal(row: Any) -> Shape:
    """What a list says of a proposal."""
    return {
        "number": row.number,
        "version": row.version,
        "status": row.status,
        "author": row.author,
        "message": row.message,
        "conflict_of_interest": row.conflict_of_interest,
        "url": proposal_url(row.number),
        "accepted_as": row.accepted_as,
    }


def shape_proposal_detail(row: Any, weighed: Iterable[Any], events: Iterable[Any]) -> Shape:
    """A proposal with its difference to what stands, and everything that was said."""
    writes = [_shape_write(each) for each in weighed]
    return {
        **shape_proposal(row),
        "moved_on": any(write["moved_on"] for write in writes),
        "writes": writes,
        "events": [
            {"at": format_moment(event.at), "author": event.author, "step": event.step, "comment": event.comment}
            for event in events
        ],
    }


def proposal_url(number: int) -> str:
    """The path-absolute address of a proposal."""
    return f"/v1/proposals/{number}"


def _shape_write(weighed: Any) -> Shape:
    write = weighed.write
    return {
        "operation": write.operation,
        "kind": write.kind,
        "slug": write.slug,
        "revision": write.expected_revision,
        "stands_at": weighed.stands_at,
        "moved_on": weighed.moved_on,
        "record": write.record,
        "reason": write.reason,
        "successor": write.successor,
        "differences": shape_differences(weighed.differences),
    }
