"""byte order: on PostgreSQL every text compares as on SQLite, whatever the locale of the database."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

COLUMNS = sa.text(
    "SELECT table_name, column_name, character_maximum_length FROM information_schema.columns "
    "WHERE table_schema = current_schema() AND data_type IN ('character varying', 'text') "
    "AND collation_name IS DISTINCT FROM :unless "
    # The one was never ours, the other compares bytes from the beginning.
    "AND table_name <> 'alembic_version' AND column_name <> 'prefix_key' "
    "ORDER BY table_name, ordinal_position"
)


def upgrade() -> None:
    """Sorts and cursors, and with them pages, are then the same on both databases."""
    _collate("C", unless="C")


def downgrade() -> None:
    _collate("default", unless=None)


def _collate(collation: str, *, unless: str | None) -> None:
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return
    for table, column, length in connection.execute(COLUMNS, {"unless": unless}).all():
        kind = f"VARCHAR({length})" if length else "TEXT"
        op.execute(f'ALTER TABLE "{table}" ALTER COLUMN "{column}" TYPE {kind} COLLATE pg_catalog."{collation}"')
