"""Lists: their statements, built once for each set of filters and order.

Rule: what a request brings (keys, values, a place to begin after, a length) is a parameter; a statement is chosen by
which filters there are, never by what they say. The key of the thing ends every order, so that each is unique and a
page can begin after any row.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import JSON, Integer, bindparam, func, literal_column, select, tuple_
from sqlalchemy.orm import Session

from kb_api.models import Thing
from kb_api.queries.concepts import Ids, Values
from kb_api.queries.ordering import AnySelect, ByteOrder, Ordering, as_columns
from kb_api.vocabulary import CONCEPT_KINDS, Kind, Language

STATEMENTS_KEPT = 1_024
"""Sets of filters, orders and directions that people use; some ten kilobytes each."""
COUNTED_TO = 10_000
"""Totals are exact up to here and a lower bound beyond, so that no list costs what it has not shown."""
INDEXED_WITH_KIND = {"slug", "revision"}
"""The orders for which ``thing`` has an index that begins with the kind."""
BY_KEY = {"entered"}
"""The orders that are those of the things' own keys."""
SPELLED_OUT = {"authority"}
"""Fields whose number of values changes the statement."""

SelectList = Callable[[Ids, Values], AnySelect]
SelectClaimIds = Callable[[Any, Ids, int], AnySelect]


class Led(NamedTuple):
    """A shorter way to the rows when a filter names one concept: along its links, in the order that they have."""

    select: Callable[[Any, Ids, Values], AnySelect]
    """Like the list's own, with the keys of the concept first."""
    sort: str
    column: Any


@dataclass(frozen=True, eq=False)
class Listing:
    """A list that can be filtered and sorted: made once, at the start."""

    select: SelectList
    ordering: Ordering
    kind: Kind | None = None
    """The kind of its things when they are all that it selects; then a page holds their keys and nothing else."""
    led: Led | None = None


class Filters(NamedTuple):
    """What a list is filtered by: the keys of things of each kind, and the values of each field."""

    ids: Ids
    values: Values

    @property
    def form(self) -> "FilterForm":
        literals = tuple((field, tuple(self.values[field])) for field in self.values if field in SPELLED_OUT)
        lists = tuple((field, isinstance(wanted, list | tuple)) for field, wanted in self.values.items())
        single = [kind for kind in CONCEPT_KINDS if len(self.ids.get(kind, ())) == 1]
        return FilterForm(tuple(self.ids), lists, literals, single[0] if single else None)

    @property
    def parameters(self) -> dict[str, Any]:
        given = {f"ids_{kind}": list(ids) for kind, ids in self.ids.items()}
        values = {f"values_{field}": wanted for field, wanted in self.values.items() if field not in SPELLED_OUT}
        return given | values


class FilterForm(NamedTuple):
    """Which filters there are, whatever they say."""

    kinds: tuple[Kind, ...]
    fields: tuple[tuple[str, bool], ...]
    """Each with whether it takes several values."""
    literals: tuple[tuple[str, tuple[str, ...]], ...]
    single: Kind | None
    """A kind of which one concept is named."""


class Order(NamedTuple):
    """A sort of a listing by its name, and the language that texts are sorted in."""

    name: str
    descending: bool
    language: str

    @property
    def spelled(self) -> str:
        return f"{'-' if self.descending else ''}{self.name}"


def find_rows(
    session: Session, listing: Listing, filters: Filters, order: Order, *, after: Sequence[Any], at_most: int
) -> Sequence[Any]:
    """The rows of a page, each with its ``id`` and ``sort_value_0``, ``sort_value_1``…"""
    statement = _build_page(listing, filters.form, order, bool(after))
    places = {f"after_{place}": value for place, value in enumerate(after)}
    return session.execute(statement, filters.parameters | places | {"at_most": at_most}).all()


def find_claim_ids(
    session: Session, select_claim_ids: SelectClaimIds, ids: Sequence[int], filters: Ids, *, at_most: int
) -> list[int]:
    """The keys of the claims that hang on the things with these keys and made the filters match."""
    statement = _build_claims(select_claim_ids, tuple(filters), at_most)
    parameters = Filters(filters, {}).parameters | {"keys": list(ids)}
    return list(session.execute(statement, parameters).scalars())


def count_rows(session: Session, listing: Listing, filters: Filters) -> int:
    """How many rows there are, counted no further than one beyond the bound."""
    count: int = session.execute(_build_count(listing, filters.form), filters.parameters).scalar_one()
    return count


@lru_cache(STATEMENTS_KEPT)
def sort_key(listing: Listing, order: Order) -> tuple[Any, ...]:
    """The columns that decide the order, the key of the thing last."""
    columns = as_columns(listing.ordering[order.name])
    return (*(_sortable(column, order.language) for column in columns), Thing.id)


@lru_cache(STATEMENTS_KEPT)
def _build_page(listing: Listing, form: FilterForm, order: Order, begins_after: bool) -> AnySelect:
    led = listing.led if form.single and listing.led and listing.led.sort == order.name else None
    key = (led.column, Thing.id) if led else sort_key(listing, order)
    sorts = [column.label(f"sort_value_{place}") for place, column in enumerate(key[:-1])]
    page = _build_filtered(listing, form, led)
    if listing.kind:
        page = page.with_only_columns(Thing.id, *sorts, maintain_column_froms=True)
        if order.name in INDEXED_WITH_KIND:
            # Always so; it lets the page come straight from an index.
            page = page.where(Thing.kind == listing.kind)
    else:
        page = page.add_columns(*sorts)
    if begins_after:
        after = [bindparam(f"after_{place}", type_=column.type) for place, column in enumerate(key)]
        page = page.where(tuple_(*key) < tuple_(*after) if order.descending else tuple_(*key) > tuple_(*after))
        # Says nothing new, but tells PostgreSQL where to begin in each table: it cannot see that from the row of both.
        for part in key if order.name in BY_KEY else key[:1]:
            page = page.where(part <= after[0] if order.descending else part >= after[0])
    page = page.order_by(*(part.desc() if order.descending else part.asc() for part in key))
    return page.limit(bindparam("at_most", type_=Integer))


@lru_cache(STATEMENTS_KEPT)
def _build_count(listing: Listing, form: FilterForm) -> AnySelect:
    led = listing.led if form.single else None
    counted = led.column if led else literal_column("1")
    one: AnySelect = _build_filtered(listing, form, led).with_only_columns(counted, maintain_column_froms=True)
    return select(func.count()).select_from(one.order_by(None).limit(COUNTED_TO + 1).subquery())


@lru_cache(STATEMENTS_KEPT)
def _build_claims(select_claim_ids: SelectClaimIds, kinds: tuple[Kind, ...], at_most: int) -> AnySelect:
    return select_claim_ids(bindparam("keys", expanding=True), _bind_ids(kinds), at_most)


def _build_filtered(listing: Listing, form: FilterForm, led: Led | None) -> AnySelect:
    literals = dict(form.literals)
    values: Mapping[str, Any] = {
        field: literals.get(field, bindparam(f"values_{field}", expanding=is_list)) for field, is_list in form.fields
    }
    ids = dict(_bind_ids(form.kinds))
    return led.select(ids.pop(form.single), ids, values) if led and form.single else listing.select(ids, values)


def _bind_ids(kinds: Sequence[Kind]) -> Mapping[Kind, Any]:
    return {kind: bindparam(f"ids_{kind}", expanding=True) for kind in kinds}


def _sortable(column: Any, language: str) -> Any:
    """A text in languages is sorted by the one that is shown."""
    if isinstance(column.type, JSON):
        shown = language if language in set(Language) else str(Language.EN)
        return ByteOrder(func.coalesce(column[shown].as_string(), ""))
    return column
