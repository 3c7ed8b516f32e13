"""keys and proposals: who may write, what waits for another editor, and what the seed last loaded."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

import kb_api.models.base

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


TABLES = ("api_key", "remembered_answer", "proposal", "loaded_record", "proposal_event")


def upgrade() -> None:
    op.create_table(
        "api_key",
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("holder", sa.String(length=120), nullable=False),
        sa.Column("scope", sa.String(length=40), nullable=False),
        sa.Column("created_at", kb_api.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", kb_api.models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", kb_api.models.base.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("scope IN ('reader', 'editor', 'admin')", name=op.f("ck_api_key_scope")),
        sa.CheckConstraint("length(digest) = 64", name=op.f("ck_api_key_digest")),
        sa.PrimaryKeyConstraint("public_id", name=op.f("pk_api_key")),
    )
    op.create_table(
        "remembered_answer",
        sa.Column("holder", sa.String(length=120), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("at", kb_api.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("headers", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("holder", "key", name=op.f("pk_remembered_answer")),
    )
    op.create_index("ix_remembered_answer_at", "remembered_answer", ["at"])

    op.create_table(
        "proposal",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("author", sa.String(length=120), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("conflict_of_interest", sa.Text(), nullable=True),
        sa.Column("writes", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("accepted_as", sa.Integer(), nullable=True),
        sa.CheckConstraint("(status = 'accepted') = (accepted_as IS NOT NULL)", name=op.f("ck_proposal_accepted_as")),
        sa.CheckConstraint("status IN ('open', 'revised', 'accepted', 'rejected')", name=op.f("ck_proposal_status")),
        sa.ForeignKeyConstraint(["accepted_as"], ["revision.number"], name=op.f("fk_proposal_accepted_as_revision")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_proposal")),
    )
    op.create_index(op.f("ix_proposal_status"), "proposal", ["status"])

    op.create_table(
        "loaded_record",
        sa.Column(
            "thing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["revision"], ["revision.number"], name=op.f("fk_loaded_record_revision_revision")),
        sa.ForeignKeyConstraint(["thing_id"], ["thing.id"], name=op.f("fk_loaded_record_thing_id_thing")),
        sa.PrimaryKeyConstraint("thing_id", name=op.f("pk_loaded_record")),
    )
    op.create_table(
        "proposal_event",
        sa.Column("proposal", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("at", kb_api.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("author", sa.String(length=120), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "step IN ('opened', 'revised', 'commented', 'accepted', 'rejected')", name=op.f("ck_proposal_event_step")
        ),
        sa.ForeignKeyConstraint(["proposal"], ["proposal.number"], name=op.f("fk_proposal_event_proposal_proposal")),
        sa.PrimaryKeyConstraint("proposal", "position", name=op.f("pk_proposal_event")),
    )
    _compare_bytes()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _compare_bytes() -> None:
    """On PostgreSQL texts compare as on SQLite, as they do in every other table."""
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return
    for table in TABLES:
        for column in sa.inspect(connection).get_columns(table):
            if isinstance(column["type"], sa.String):
                kind = column["type"].compile(connection.dialect)
                op.execute(f'ALTER TABLE "{table}" ALTER COLUMN "{column["name"]}" TYPE {kind} COLLATE pg_catalog."C"')
