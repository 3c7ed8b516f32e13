"""The picture of the model in ``docs/model.svg``, drawn from the tables themselves.

Rule: the same tables give the same bytes, so that a test can tell whether the picture is current.
"""

from collections.abc import Iterator
from html import escape
from pathlib import Path

from sqlalchemy import Column, Table

from kb_api.models import TABLES, Base

PICTURE = Path(__file__).resolve().parents[2] / "docs" / "model.svg"
COLUMNS = (
    ("clock", "revision", "change", "thing", "former_slug", "loaded_record"),
    ("claim", "claim_link", "evidence", "passage", "section", "population"),
    ("reference", "notice", "relation", "food"),
    ("sign", "mechanism", "form", "health_claim"),
    ("safety", "intake"),
)
"""Which tables stand below each other: the clock and the registry first, then what people ask about most."""

LEFT_OUT = ("api_key", "remembered_answer", "proposal", "search_", "link_count")
"""The beginnings of the names of tables that hold no content."""

BOX_WIDTH = 224
ROW_HEIGHT = 17
HEAD_HEIGHT = 26
GAP_X = 56
GAP_Y = 22
MARGIN = 20

STYLE = """
text { font: 12px ui-monospace, Menlo, Consolas, monospace; fill: #1d2733 }
.name { font-weight: 700; fill: #ffffff }
.key { font-weight: 700 }
.target { fill: #2b5d8a }
.box { fill: #ffffff; stroke: #9fb0c0 }
.head { fill: #2b5d8a }
.kind { fill: #3d6b4f }
.edge { fill: none; stroke: #6f8294; stroke-width: 1.2; opacity: 0.55 }
"""

Place = tuple[int, int]


def main() -> None:
    """Write the picture."""
    PICTURE.write_text(draw_model(), encoding="utf-8")


def draw_model() -> str:
    """The picture as SVG."""
    places = place_tables()
    width = MARGIN * 2 + len(COLUMNS) * BOX_WIDTH + (len(COLUMNS) - 1) * GAP_X
    height = MARGIN + max(y + _height(_table(name)) for name, (_, y) in places.items())
    title = "The tables that hold the content, and which refer to which"
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-label="{title}">',
        f"<title>{title}</title><style>{STYLE}</style>",
        f'<rect width="{width}" height="{height}" fill="#f5f7f9"/>',
        *(line for name in places for line in draw_edges(_table(name), places)),
        *(line for name, place in places.items() for line in draw_box(_table(name), place)),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def list_tables() -> set[str]:
    """The tables that hold content."""
    return {name for name in Base.metadata.tables if not name.startswith(LEFT_OUT)}


def place_tables() -> dict[str, Place]:
    """Table → the upper left corner of its box."""
    places = {}
    for position, names in enumerate(COLUMNS):
        y = MARGIN
        for name in names:
            places[name] = (MARGIN + position * (BOX_WIDTH + GAP_X), y)
            y += _height(_table(name)) + GAP_Y
    return places


def draw_edges(table: Table, places: dict[str, Place]) -> Iterator[str]:
    """One line from every column that refers to another table. The key of a kind's table refers to ``thing`` in all of
    them and is told by the row alone: eleven lines more would hide the rest."""
    x, y = places[table.name]
    for row, column in enumerate(table.columns):
        target = _target(column)
        if target is None or (column.primary_key and column.name == "thing_id" and target == "thing"):
            continue
        target_x, target_y = places[target]
        start_y, end_y = y + HEAD_HEIGHT + row * ROW_HEIGHT + ROW_HEIGHT // 2, target_y + HEAD_HEIGHT // 2
        end_x = target_x if target_x > x else target_x + BOX_WIDTH
        start_x, bend = (x + BOX_WIDTH, GAP_X) if target_x >= x else (x, -GAP_X)
        back = bend if target_x == x else -bend
        yield (
            f'<path class="edge" d="M{start_x} {start_y} C{start_x + bend} {start_y} {end_x + back} {end_y} '
            f'{end_x} {end_y}"/>'
        )


def draw_box(table: Table, place: Place) -> Iterator[str]:
    """The box of a table: its name, and a row a column."""
    x, y = place
    kinds = {model.__tablename__ for model in TABLES.values()}
    head = "kind" if table.name in kinds else "head"
    yield f'<rect class="box" x="{x}" y="{y}" width="{BOX_WIDTH}" height="{_height(table)}" rx="5"/>'
    yield f'<rect class="{head}" x="{x}" y="{y}" width="{BOX_WIDTH}" height="{HEAD_HEIGHT - 4}" rx="5"/>'
    yield f'<text class="name" x="{x + 9}" y="{y + 16}">{escape(table.name)}</text>'
    for row, column in enumerate(table.columns):
        base = y + HEAD_HEIGHT + row * ROW_HEIGHT + 12
        key = ' class="key"' if column.primary_key else ""
        optional = "?" if column.nullable else ""
        target = _target(column)
        arrow = f'<tspan class="target"> → {escape(target)}</tspan>' if target else ""
        yield f'<text{key} x="{x + 9}" y="{base}">{escape(column.name)}{optional}{arrow}</text>'


def _table(name: str) -> Table:
    return Base.metadata.tables[name]


def _height(table: Table) -> int:
    return HEAD_HEIGHT + len(table.columns) * ROW_HEIGHT + 5


def _target(column: Column[object]) -> str | None:
    """The table that the column refers to."""
    names = sorted(key.column.table.name for key in column.foreign_keys)
    return names[0] if names else None


if __name__ == "__main__":
    main()
