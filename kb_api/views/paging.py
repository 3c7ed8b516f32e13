"""Keyset pages: a page begins after the last row of the one before, so page 10 000 costs what page 1 costs.

Rule: every order ends with the key of the thing and is therefore unique; the cursor is opaque and good for one order.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import JSON, BigInteger, Integer, String, func, literal_column, select, tuple_
from sqlalchemy.orm import Session

from kb_api.errors import Fault, InvalidInputError
from kb_api.models import Thing
from kb_api.queries.ordering import AnySelect, ByteOrder, Ordering, as_columns
from kb_api.queries.slugs import find_nearest
from kb_api.shapes.words import ALL_LANGUAGES
from kb_api.views.totals import find_total
from kb_api.vocabulary import Kind, Language

COUNTED_TO = 10_000
"""Totals are exact up to here and a lower bound beyond, so that no list costs what it has not shown."""


INDEXED_WITH_KIND = {"slug", "revision"}
"""The orders for which ``thing`` has an index that begins with the kind."""


@dataclass(frozen=True)
class Page:
    """The rows of one page, how to get the next, and how many there are in all."""

    rows: Sequence[Any]
    next_cursor: str | None
    total: int
    total_exact: bool


def read_page(
    session: Session,
    query: AnySelect,
    ordering: Ordering,
    *,
    sort: str | None,
    cursor: str | None,
    limit: int,
    lang: str,
    counted_as: Hashable,
    kind: Kind | None = None,
) -> Page:
    """One page of a query. Raises ``InvalidInputError`` on an unknown sort or a cursor that is not of this order.

    ``counted_as`` is everything that the total depends on, in one database.
    """
    name, descending = _read_sort(sort, ordering)
    columns = [_sortable(column, lang) for column in as_columns(ordering[name])]
    key = (*columns, Thing.id)
    page = query.add_columns(*(column.label(f"sort_value_{place}") for place, column in enumerate(columns)))
    if kind and name in INDEXED_WITH_KIND:
        # Always so; it lets the page come straight from an index.
        page = page.where(Thing.kind == kind)
    if cursor:
        after = read_cursor(cursor, f"{'-' if descending else ''}{name}", key)
        page = page.where(tuple_(*key) < tuple_(*after) if descending else tuple_(*key) > tuple_(*after))
    page = page.order_by(*(part.desc() if descending else part.asc() for part in key)).limit(limit + 1)
    rows = session.execute(page).all()
    is_whole = not cursor and len(rows) <= limit
    counted_as = (str(session.get_bind().engine.url), counted_as)
    total = len(rows) if is_whole else find_total(counted_as, lambda: _count(session, query))
    next_cursor = None
    if len(rows) > limit:
        last = rows[limit - 1]
        values = [getattr(last, f"sort_value_{place}") for place in range(len(columns))]
        next_cursor = write_cursor(f"{'-' if descending else ''}{name}", values, last.id)
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


def _count(session: Session, query: AnySelect) -> int:
    """How many rows there are, counted no further than one beyond the bound."""
    counted: AnySelect = query.with_only_columns(literal_column("1"), maintain_column_froms=True).order_by(None)
    return session.execute(select(func.count()).select_from(counted.limit(COUNTED_TO + 1).subquery())).scalar_one()


def _read_sort(sort: str | None, ordering: Ordering) -> tuple[str, bool]:
    if not sort:
        return next(iter(ordering)), False
    name, descending = sort.removeprefix("-"), sort.startswith("-")
    known = list(ordering)
    if name not in known:
        message = f"cannot sort by '{name[:120]}': use one of {', '.join(known)}, with '-' before it to reverse"
        raise InvalidInputError([Fault(message, parameter="sort", did_you_mean=find_nearest(name, known))])
    return name, descending


def _sortable(column: Any, lang: str) -> Any:
    """A text in languages is sorted by the one that is shown."""
    if isinstance(column.type, JSON):
        language = Language.EN if lang == ALL_LANGUAGES else lang
        return ByteOrder(func.coalesce(column[language].as_string(), ""))
    return column


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
