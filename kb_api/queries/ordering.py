"""What every list of things selects first, and how it can be sorted.

Rule: the key of the thing ends every order, so that each is unique and a page can begin after any row.
"""

from collections.abc import Mapping
from typing import Any, TypeAlias

from sqlalchemy import Select

from kb_api.models import Thing

AnySelect: TypeAlias = Select[*tuple[Any, ...]]
"""A question of any columns."""

THING_COLUMNS = (Thing.id, Thing.kind, Thing.slug, Thing.name, Thing.revision)
"""What a list selects of ``thing``; ``id`` is for the cursor and leaves no door in another form."""

Ordering: TypeAlias = Mapping[str, Any]
"""Name of a sort → its column; the first is the default."""
