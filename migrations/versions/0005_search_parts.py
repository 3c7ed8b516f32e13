"""search parts: on PostgreSQL one index for the first keys, one for the next, so that a word in many entries is no more
work than a word in few."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

PART = "width_bucket(thing_id, '{4096,16384,65536,262144,1048576}'::bigint[])"
PARTS = range(6)


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for part in PARTS:
        op.create_index(
            f"ix_search_entry_document_{part}",
            "search_entry",
            ["document"],
            postgresql_using="gin",
            postgresql_where=sa.text(f"{PART} = {part}"),
        )
    op.drop_index("ix_search_entry_document", "search_entry")


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.create_index("ix_search_entry_document", "search_entry", ["document"], postgresql_using="gin")
    for part in PARTS:
        op.drop_index(f"ix_search_entry_document_{part}", "search_entry")
