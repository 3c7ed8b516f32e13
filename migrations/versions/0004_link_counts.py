"""link counts: how many claims join a concept with another thing, so that no list counts links."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JOINTS = "'about', 'via', 'form', 'food', 'population', 'evidence', 'itself'"
# ruff: noqa: S608 - every word of these is our own.
NAMED = "(SELECT DISTINCT claim_id, thing_id FROM claim_link) AS named"
FILL = (
    f"SELECT thing_id, thing_id, 'itself', count(*) FROM {NAMED} GROUP BY thing_id",
    f"""SELECT named.thing_id, other.thing_id, other.role, count(*) FROM {NAMED}
        JOIN claim_link AS other ON other.claim_id = named.claim_id AND other.thing_id <> named.thing_id
        GROUP BY named.thing_id, other.thing_id, other.role""",
    f"""SELECT named.thing_id, evidence.reference_id, 'evidence', count(*) FROM {NAMED}
        JOIN evidence ON evidence.claim_id = named.claim_id GROUP BY named.thing_id, evidence.reference_id""",
)


def upgrade() -> None:
    op.create_table(
        "link_count",
        sa.Column("thing_id", KEY, nullable=False),
        sa.Column("other_id", KEY, nullable=False),
        sa.Column("joint", sa.String(length=40), nullable=False),
        sa.Column("claims", sa.Integer(), nullable=False),
        sa.CheckConstraint("claims > 0", name=op.f("ck_link_count_claims")),
        sa.CheckConstraint(f"joint IN ({JOINTS})", name=op.f("ck_link_count_joint")),
        sa.ForeignKeyConstraint(["other_id"], ["thing.id"], name=op.f("fk_link_count_other_id_thing")),
        sa.ForeignKeyConstraint(["thing_id"], ["thing.id"], name=op.f("fk_link_count_thing_id_thing")),
        sa.PrimaryKeyConstraint("thing_id", "other_id", "joint", name=op.f("pk_link_count")),
    )
    if op.get_bind().dialect.name == "postgresql":
        # Texts compare as on SQLite, as they do in every other table.
        op.execute('ALTER TABLE link_count ALTER COLUMN joint TYPE VARCHAR(40) COLLATE pg_catalog."C"')
    op.create_index("ix_link_count_other_id_thing_id", "link_count", ["other_id", "thing_id"])
    for counted in FILL:
        op.execute(f"INSERT INTO link_count (thing_id, other_id, joint, claims) {counted}")


def downgrade() -> None:
    op.drop_table("link_count")
