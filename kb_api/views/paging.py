"""Keyset pages: a page begins after the last row of the one before, so page 10 000 costs what page 1 costs.

Rule: every order ends with the key of the thing and is therefore unique; the cursor is opaque and good for one order.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import BigInteger, Integer, String, func, select
from sqlalchemy.orm import Session

from kb_api.errors import Fault, InvalidInputError
from kb_api.queries.lists import COUNTED_TO, Filters, Listing, Order, count_rows, find_rows, sort_key
from kb_api.queries.ordering import AnySelect, Ordering
from kb_api.queries.slugs import find_nearest
from kb_api.views.totals import find_total

if TYPE_CHECKING:
    from kb_api.views.reading import Reading


@dataclass(frozen=True)
class Page:
    """The rows of one page, how to get the next, and how many there are in all."""

    rows: Sequence[Any]
    next_cursor: str | None
    total: int
    total_exact: bool


def read_page(reading: "Reading", listing: Listing, filters: Filters) -> Page:
    """The page of a list that the request asks for.

    Raises ``InvalidInputError`` on an unknown sort or a cursor that is not of this order.
    """
    query, session = reading.query, reading.session
    order = Order(*_read_sort(query.get("sort"), listing.ordering), reading.words.language)
    cursor, limit = query.get("cursor"), query["limit"]
    after = read_cursor(cursor, order.spelled, sort_key(listing, order)) if cursor else ()
    rows = find_rows(session, listing, filters, order, after=after, at_most=limit + 1)
    if not cursor and len(rows) <= limit:
        return Page(rows, None, len(rows), total_exact=True)
    total = find_total(reading.counted_as, lambda: count_rows(session, listing, filters))
    next_cursor = None
    if len(rows) > limit:
        last = rows[limit - 1]
        values = [getattr(last, f"sort_value_{place}") for place in range(len(sort_key(listing, order)) - 1)]
        next_cursor = write_cursor(order.spelled, values, last.id)
    return Page(rows[:limit], next_cursor, min(total, COUNTED_TO), total <= COUNTED_TO)


def read_latest(session: Session, query: AnySelect, column: Any, *, cursor: str | None, limit: int) -> Page:
    """One page of the record, the latest first: ``column`` is its number, which no two rows share."""
    page = query
    if cursor:
        page = page.where(column < read_cursor(cursor, "latest", [column])[0])
    rows = session.execute(page.order_by(column.desc()).limit(limit + 1)).all()
    next_cursor = None
    if len(rows) > limit:
        next_cursor = write_cursor("latest", [], getattr(rows[limit - 1], column.key))
    # Counted as a whole, because what belongs to a row here may stand in the same table.
    counted = query.order_by(None).limit(COUNTED_TO + 1).subquery()
    total = session.execute(select(func.count()).select_from(counted)).scalar_one()
    return Page(rows[:limit], next_cursor, min(total, COUNTED_TO), total <= COUNTED_TO)


def _read_sort(sort: str | None, ordering: Ordering) -> tuple[str, bool]:
    if not sort:
        return next(iter(ordering)), False
    name, descending = sort.removeprefix("-"), sort.startswith("-")
    known = list(ordering)
    if name not in known:
        message = f"cannot sort by '{name[:120]}': use one of {', '.join(known)}, with '-' before it to reverse"
        raise InvalidInputError([Fault(message, parameter="sort", did_you_mean=find_nearest(name, known))])
    return name, descending


def write_cursor(order: str, values: Sequence[Any], thing_id: int) -> str:
    return urlsafe_b64encode(orjson.dumps([order, *values, thing_id])).decode().rstrip("=")


def read_cursor(cursor: str, order: str, key: Sequence[Any]) -> list[Any]:
    try:
        values: list[Any]
        written, *values = orjson.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, TypeError) as error:
        raise InvalidInputError([Fault("is not a cursor: follow links.next of a page", parameter="cursor")]) from error
    if written != order or len(values) != len(key):
        raise InvalidInputError([Fault("belongs to another sort order: begin again without it", parameter="cursor")])
    if not all(_is_comparable(value, column) for value, column in zip(values, key, strict=True)):
        raise InvalidInputError([Fault("is not a cursor: follow links.next of a page", parameter="cursor")])
    return values


def _is_comparable(value: Any, column: Any) -> bool:
    """Whether the database can compare the column with it; a cursor can be made up, and PostgreSQL is strict."""
    if isinstance(column.type, String):
        return isinstance(value, str) and "\x00" not in value
    if isinstance(column.type, Integer):
        bits = 63 if isinstance(column.type, BigInteger) else 31
        return type(value) is int and abs(value) < 2**bits
    return type(value) in (int, float)
