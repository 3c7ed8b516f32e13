"""What every list of things selects first, and how it can be sorted.

Rule: the key of the thing ends every order, so that each is unique and a page can begin after any row.
"""

from collections.abc import Mapping
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Select, Text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from kb_api.models import Thing

AnySelect: TypeAlias = Select[*tuple[Any, ...]]
"""A question of any columns."""

THING_COLUMNS = (Thing.id, Thing.kind, Thing.slug, Thing.name, Thing.revision)
"""What a list selects of ``thing``; ``id`` is for the cursor and leaves no door in another form."""

Ordering: TypeAlias = Mapping[str, Any]
"""Name of a sort → its column, or several that only together with the thing's key are unique; the first is the
default."""


def as_columns(sort: Any) -> tuple[Any, ...]:
    """The columns of one sort, in their order."""
    return sort if isinstance(sort, tuple) else (sort,)


class ByteOrder(FunctionElement[str]):
    """A computed text that compares byte by byte on every database, as the columns do."""

    name = "byte_order"
    type = Text()
    inherit_cache = True


@compiles(ByteOrder)
def _compile_byte_order(element: ByteOrder, compiler: Any, **options: Any) -> str:
    return str(compiler.process(_only_clause(element), **options))


@compiles(ByteOrder, "postgresql")
def _compile_for_postgresql(element: ByteOrder, compiler: Any, **options: Any) -> str:
    return f'({compiler.process(_only_clause(element), **options)} COLLATE "C")'


def _only_clause(element: ByteOrder) -> ColumnElement[Any]:
    (clause,) = element.clauses
    return clause
