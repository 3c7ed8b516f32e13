"""the model."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import kb_api.models.base

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


SQLITE_FULL_TEXT = (
    "CREATE VIRTUAL TABLE search_fts USING fts5("
    "document, content='search_entry', content_rowid='thing_id', detail=none)",
    "CREATE TRIGGER search_entry_inserted AFTER INSERT ON search_entry BEGIN "
    "INSERT INTO search_fts(rowid, document) VALUES (new.thing_id, new.document); END",
    "CREATE TRIGGER search_entry_deleted AFTER DELETE ON search_entry BEGIN "
    "INSERT INTO search_fts(search_fts, rowid, document) VALUES ('delete', old.thing_id, old.document); END",
)
"""The full-text table of SQLite and what keeps it in step; PostgreSQL has a GIN index over the same stems."""


def upgrade() -> None:
    op.create_table(
        "clock",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_clock_single_row")),
        sa.CheckConstraint("revision >= 0", name=op.f("ck_clock_revision")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock")),
    )
    op.execute("INSERT INTO clock (id, revision) VALUES (1, 0)")
    op.create_table(
        "revision",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", kb_api.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("author", sa.String(length=200), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_revision_number")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_revision")),
    )
    op.create_table(
        "search_term",
        sa.Column("term", sa.String(length=160), nullable=False),
        sa.Column("document_count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("term", name=op.f("pk_search_term")),
    )
    op.create_table(
        "search_total",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("document_count", sa.Integer(), nullable=False),
        sa.Column("name_length", sa.Integer(), nullable=False),
        sa.Column("body_length", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_search_total")),
    )
    op.create_table(
        "search_word",
        sa.Column("spelled", sa.String(length=160), nullable=False),
        sa.Column("document_count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("spelled", name=op.f("pk_search_word")),
    )
    op.create_table(
        "thing",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("name", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("retracted_in", sa.Integer(), nullable=True),
        sa.Column("retraction_reason", sa.Text(), nullable=True),
        sa.Column("successor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "kind IN ('sign', 'mechanism', 'form', 'food', 'population', 'reference', 'claim', 'health_claim', 'safety', 'intake', 'section')",
            name=op.f("ck_thing_kind"),
        ),
        sa.CheckConstraint("(retracted_in IS NULL) = (retraction_reason IS NULL)", name=op.f("ck_thing_retraction")),
        sa.ForeignKeyConstraint(["retracted_in"], ["revision.number"], name=op.f("fk_thing_retracted_in_revision")),
        sa.ForeignKeyConstraint(["revision"], ["revision.number"], name=op.f("fk_thing_revision_revision")),
        sa.ForeignKeyConstraint(["successor_id"], ["thing.id"], name=op.f("fk_thing_successor_id_thing")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thing")),
        sa.UniqueConstraint("kind", "slug", name=op.f("uq_thing_kind_slug")),
    )
    with op.batch_alter_table("thing", schema=None) as batch_op:
        batch_op.create_index("ix_thing_kind_revision_id", ["kind", "revision", "id"], unique=False)

    op.create_table(
        "change",
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("thing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("operation", sa.String(length=40), nullable=False),
        sa.Column("fields", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("record", sa.JSON(none_as_null=True), nullable=True),
        sa.CheckConstraint("operation IN ('create', 'update', 'rename', 'retract')", name=op.f("ck_change_operation")),
        sa.ForeignKeyConstraint(["revision"], ["revision.number"], name=op.f("fk_change_revision_revision")),
        sa.ForeignKeyConstraint(["thing_id"], ["thing.id"], name=op.f("fk_change_thing_id_thing")),
        sa.PrimaryKeyConstraint("revision", "position", name=op.f("pk_change")),
    )
    with op.batch_alter_table("change", schema=None) as batch_op:
        batch_op.create_index("ix_change_thing_id_revision", ["thing_id", "revision"], unique=False)

    op.create_table(
        "claim",
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("claim_type", sa.String(length=40), nullable=False),
        sa.Column("exposure", sa.String(length=40), nullable=False),
        sa.Column("effect", sa.String(length=40), nullable=False),
        sa.Column("effect_on", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("certainty", sa.String(length=40), nullable=False),
        sa.Column("certainty_reason", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("evidence_status", sa.String(length=40), nullable=False),
        sa.Column("looked_at", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("derivation", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("conflicts", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("note", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("reviewed_on", sa.String(length=10), nullable=True),
        sa.Column("supports", sa.Integer(), nullable=False),
        sa.Column("mixed", sa.Integer(), nullable=False),
        sa.Column("refutes", sa.Integer(), nullable=False),
        sa.Column("background", sa.Integer(), nullable=False),
        sa.Column(
            "thing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.CheckConstraint(
            "(evidence_status <> 'derived') OR (derivation IS NOT NULL)", name=op.f("ck_claim_derivation")
        ),
        sa.CheckConstraint(
            "(evidence_status <> 'none_gathered') OR (looked_at IS NOT NULL)", name=op.f("ck_claim_looked_at")
        ),
        sa.CheckConstraint("certainty IN ('high', 'moderate', 'low', 'very_low')", name=op.f("ck_claim_certainty")),
        sa.CheckConstraint(
            "claim_type IN ('mechanism', 'sign', 'supplement_effect', 'form', 'food', 'population', 'prevalence', 'interaction', 'intake', 'biomarker', 'safety', 'regulatory', 'meta')",
            name=op.f("ck_claim_claim_type"),
        ),
        sa.CheckConstraint(
            "effect IN ('increases', 'decreases', 'no_change', 'associated', 'none')", name=op.f("ck_claim_effect")
        ),
        sa.CheckConstraint(
            "evidence_status IN ('listed', 'none_gathered', 'derived')", name=op.f("ck_claim_evidence_status")
        ),
        sa.CheckConstraint(
            "exposure IN ('deficiency', 'low_intake', 'adequate_intake', 'supplementation', 'excess', 'none')",
            name=op.f("ck_claim_exposure"),
        ),
        sa.ForeignKeyConstraint(["thing_id"], ["thing.id"], name=op.f("fk_claim_thing_id_thing")),
        sa.PrimaryKeyConstraint("thing_id", name=op.f("pk_claim")),
    )
    with op.batch_alter_table("claim", schema=None) as batch_op:
        batch_op.create_index("ix_claim_certainty_thing_id", ["certainty", "thing_id"], unique=False)
        batch_op.create_index("ix_claim_claim_type_thing_id", ["claim_type", "thing_id"], unique=False)
        batch_op.create_index("ix_claim_effect_thing_id", ["effect", "thing_id"], unique=False)
        batch_op.create_index("ix_claim_exposure_thing_id", ["exposure", "thing_id"], unique=False)

    op.create_table(
        "food",
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("in_article", sa.Boolean(), nullable=False),
        sa.Column("magnesium_mg_per_100g", sa.Float(), nullable=True),
        sa.Column("measurements", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("summary", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("aliases", sa.JSON(none_as_null=True), nullable=False),
        sa.Column(
            "thing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.CheckConstraint("magnesium_mg_per_100g >= 0", name=op.f("ck_food_magnesium")),
        sa.ForeignKeyConstraint(["group_id"], ["thing.id"], name=op.f("fk_food_group_id_thing")),
        sa.ForeignKeyConstraint(["thing_id"], ["thing.id"], name=op.f("fk_food_thing_id_thing")),
        sa.PrimaryKeyConstraint("thing_id", name=op.f("pk_food")),
    )
    with op.batch_alter_table("food", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_food_group_id"), ["group_id"], unique=False)

    op.create_table(
        "form",
        sa.Column("compound", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("formula", sa.String(length=80), nullable=False),
        sa.Column("molar_mass_g_per_mol", sa.Float(), nullable=False),
        sa.Column("elemental_magnesium_percent", sa.Float(), nullable=False),
        sa.Column("variants", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("brand_names", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("market_status", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("health_claims_verdict", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("xrefs", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("summary", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("aliases", sa.JSON(none_as_null=True), nullable=False),
        sa.Column(
            "thing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.CheckConstraint(
            "elemental_magnesium_percent > 0 AND elemental_magnesium_percent <= 100", name=op.f("ck_form_share")
        ),
        sa.CheckConstraint("molar_mass_g_per_mol > 0", name=op.f("ck_form_molar_mass")),
        sa.ForeignKeyConstraint(["thing_id"], ["thing.id"], name=op.f("fk_form_thing_id_thing")),
        sa.PrimaryKeyConstraint("thing_id", name=op.f("pk_form")),
    )
    op.create_table(
        "former_slug",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("thing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["thing_id"], ["thing.id"], name=op.f("fk_former_slug_thing_id_thing")),
        sa.PrimaryKeyConstraint("kind", "slug", name=op.f("pk_former_slug")),
    )
    with op.batch_alter_table("former_slug", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_former_slug_thing_id"), ["thing_id"], unique=False)

    op.create_table(
        "health_claim",
        sa.Column("jurisdiction", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("wording", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("conditions", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("legal_act", sa.Text(), nullable=True),
        sa.Column("efsa", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("article_section", sa.Integer(), nullable=True),
        sa.Column("wording_verification", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("note", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("verification", sa.JSON(none_as_null=True), nullable=False),
        sa.Column(
            "thing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.CheckConstraint("jurisdiction IN ('eu', 'us')", name=op.f("ck_health_claim_jurisdiction")),
        sa.CheckConstraint(
            "status IN ('authorised', 'not_authorised', 'no_authorised_claim', 'qualified', 'disclaimer')",
            name=op.f("ck_health_claim_status"),
        ),
        sa.ForeignKeyConstraint(["thing_id"], ["thing.id"], name=op.f("fk_health_claim_thing_id_thing")),
        sa.PrimaryKeyConstraint("thing_id", name=op.f("pk_health_claim")),
    )
    op.create_table(
        "intake",
        sa.Column("measure", sa.String(length=40), nullable=False),
        sa.Column("authority", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("population", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("sex", sa.String(length=40), nullable=False),
        sa.Column("age_from_years", sa.Float(), nullable=True),
        sa.Column("age_to_years", sa.Float(), nullable=True),
        sa.Column("value", sa.Float(), nullable=True),
        sa.Column("value_low", sa.Float(), nullable=True),
        sa.Column("value_high", sa.Float(), nullable=True),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("applies_to", sa.String(length=40), nullable=False),
        sa.Column("superseded", sa.Boolean(), nullable=False),
        sa.Column("text", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("note", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("verification", sa.JSON(none_as_null=True), nullable=False),
        sa.Column(
            "thing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.CheckConstraint(
            "applies_to IN ('all_sources', 'supplements', 'label', 'serum', 'body')", name=op.f("ck_intake_applies_to")
        ),
        sa.CheckConstraint(
            "measure IN ('rda', 'ai', 'ul', 'ar', 'ri', 'nrv', 'dv', 'significant_amount', 'guidance_level', 'serum_range', 'serum_cutoff', 'body_content', 'comparison')",
            name=op.f("ck_intake_measure"),
        ),
        sa.CheckConstraint("sex IN ('female', 'male', 'any')", name=op.f("ck_intake_sex")),
        sa.CheckConstraint("age_from_years <= age_to_years", name=op.f("ck_intake_ages")),
        sa.CheckConstraint("value >= 0", name=op.f("ck_intake_value")),
        sa.CheckConstraint("value_low <= value_high", name=op.f("ck_intake_range")),
        sa.ForeignKeyConstraint(["thing_id"], ["thing.id"], name=op.f("fk_intake_thing_id_thing")),
        sa.PrimaryKeyConstraint("thing_id", name=op.f("pk_intake")),
    )
    op.create_table(
        "mechanism",
        sa.Column("parent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("xrefs", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("summary", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("aliases", sa.JSON(none_as_null=True), nullable=False),
        sa.Column(
            "thing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["thing.id"], name=op.f("fk_mechanism_parent_id_thing")),
        sa.ForeignKeyConstraint(["thing_id"], ["thing.id"], name=op.f("fk_mechanism_thing_id_thing")),
        sa.PrimaryKeyConstraint("thing_id", name=op.f("pk_mechanism")),
    )
    with op.batch_alter_table("mechanism", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mechanism_parent_id"), ["parent_id"], unique=False)

    op.create_table(
        "notice",
        sa.Column("reference_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("notice_type", sa.String(length=40), nullable=False),
        sa.Column("text", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("notice_reference_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("verification", sa.JSON(none_as_null=True), nullable=False),
        sa.CheckConstraint(
            "notice_type IN ('erratum', 'retraction', 'expression_of_concern', 'superseded', 'caution')",
            name=op.f("ck_notice_notice_type"),
        ),
        sa.ForeignKeyConstraint(
            ["notice_reference_id"], ["thing.id"], name=op.f("fk_notice_notice_reference_id_thing")
        ),
        sa.ForeignKeyConstraint(["reference_id"], ["thing.id"], name=op.f("fk_notice_reference_id_thing")),
        sa.PrimaryKeyConstraint("reference_id", "position", name=op.f("pk_notice")),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_notice_reference_id"), ["notice_reference_id"], unique=False)

    op.create_table(
        "population",
        sa.Column("at_risk_listed_by_ods", sa.Boolean(), nullable=True),
        sa.Column("summary", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("aliases", sa.JSON(none_as_null=True), nullable=False),
        sa.Column(
            "thing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.ForeignKeyConstraint(["thing_id"], ["thing.id"], name=op.f("fk_population_thing_id_thing")),
        sa.PrimaryKeyConstraint("thing_id", name=op.f("pk_population")),
    )
    op.create_table(
        "reference",
        sa.Column("csl_type", sa.String(length=40), nullable=False),
        sa.Column("authors", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("et_al", sa.Boolean(), nullable=False),
        sa.Column("container_title", sa.Text(), nullable=True),
        sa.Column("publisher", sa.Text(), nullable=True),
        sa.Column("issued", sa.String(length=10), nullable=False),
        sa.Column("volume", sa.String(length=40), nullable=True),
        sa.Column("issue", sa.String(length=40), nullable=True),
        sa.Column("page", sa.String(length=40), nullable=True),
        sa.Column("article_number", sa.String(length=40), nullable=True),
        sa.Column("doi", sa.String(length=200), nullable=True),
        sa.Column("pmid", sa.String(length=12), nullable=True),
        sa.Column("pmcid", sa.String(length=16), nullable=True),
        sa.Column("source_url", sa.Text(), nullable=False),
        sa.Column("study_type", sa.String(length=40), nullable=False),
        sa.Column("sample", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("finding", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("funding", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("cited_in_article", sa.Integer(), nullable=True),
        sa.Column("note", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("verification", sa.JSON(none_as_null=True), nullable=False),
        sa.Column(
            "thing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.CheckConstraint(
            "csl_type IN ('article-journal', 'webpage', 'legislation', 'chapter', 'report', 'book')",
            name=op.f("ck_reference_csl_type"),
        ),
        sa.CheckConstraint(
            "study_type IN ('systematic_review', 'rct', 'cohort', 'cross_sectional', 'human_experimental', 'animal', 'in_vitro', 'mechanistic_review', 'narrative_review', 'guideline', 'fact_sheet', 'risk_assessment', 'regulatory_opinion', 'regulation', 'erratum')",
            name=op.f("ck_reference_study_type"),
        ),
        sa.CheckConstraint("doi = lower(doi)", name=op.f("ck_reference_doi_lower_case")),
        sa.ForeignKeyConstraint(["thing_id"], ["thing.id"], name=op.f("fk_reference_thing_id_thing")),
        sa.PrimaryKeyConstraint("thing_id", name=op.f("pk_reference")),
        sa.UniqueConstraint("doi", name=op.f("uq_reference_doi")),
        sa.UniqueConstraint("pmcid", name=op.f("uq_reference_pmcid")),
        sa.UniqueConstraint("pmid", name=op.f("uq_reference_pmid")),
    )
    with op.batch_alter_table("reference", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reference_study_type"), ["study_type"], unique=False)

    op.create_table(
        "relation",
        sa.Column("thing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("target_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("detail", sa.JSON(none_as_null=True), nullable=True),
        sa.CheckConstraint("role IN ('sign', 'claim', 'form', 'population', 'source')", name=op.f("ck_relation_role")),
        sa.ForeignKeyConstraint(["target_id"], ["thing.id"], name=op.f("fk_relation_target_id_thing")),
        sa.ForeignKeyConstraint(["thing_id"], ["thing.id"], name=op.f("fk_relation_thing_id_thing")),
        sa.PrimaryKeyConstraint("thing_id", "target_id", "role", name=op.f("pk_relation")),
    )
    with op.batch_alter_table("relation", schema=None) as batch_op:
        batch_op.create_index("ix_relation_target_id_role_thing_id", ["target_id", "role", "thing_id"], unique=False)

    op.create_table(
        "safety",
        sa.Column("safety_type", sa.String(length=40), nullable=False),
        sa.Column("urgency", sa.String(length=40), nullable=False),
        sa.Column("action", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("medicine", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("direction", sa.String(length=40), nullable=True),
        sa.Column("hours_apart_min", sa.Integer(), nullable=True),
        sa.Column("hours_before", sa.Integer(), nullable=True),
        sa.Column("hours_after", sa.String(length=20), nullable=True),
        sa.Column("listed_by_ods", sa.Boolean(), nullable=True),
        sa.Column("where_to_turn", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("note", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("verification", sa.JSON(none_as_null=True), nullable=False),
        sa.Column(
            "thing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.CheckConstraint(
            "direction IN ('magnesium_lowers_drug', 'drug_lowers_magnesium', 'drug_raises_magnesium')",
            name=op.f("ck_safety_direction"),
        ),
        sa.CheckConstraint(
            "safety_type IN ('red_flag', 'interaction', 'adverse_effect', 'contraindication')",
            name=op.f("ck_safety_safety_type"),
        ),
        sa.CheckConstraint("urgency IN ('emergency', 'urgent', 'doctor', 'none')", name=op.f("ck_safety_urgency")),
        sa.ForeignKeyConstraint(["thing_id"], ["thing.id"], name=op.f("fk_safety_thing_id_thing")),
        sa.PrimaryKeyConstraint("thing_id", name=op.f("pk_safety")),
    )
    with op.batch_alter_table("safety", schema=None) as batch_op:
        batch_op.create_index("ix_safety_safety_type", ["safety_type"], unique=False)

    op.create_table(
        "search_entry",
        sa.Column(
            "thing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("texts", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("name_stems", sa.Text(), nullable=False),
        sa.Column("body_stems", sa.Text(), nullable=False),
        sa.Column("links", sa.Text(), nullable=False),
        sa.Column("name_length", sa.Integer(), nullable=False),
        sa.Column("body_length", sa.Integer(), nullable=False),
        sa.Column("document", sa.Text().with_variant(postgresql.TSVECTOR(), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(["thing_id"], ["thing.id"], name=op.f("fk_search_entry_thing_id_thing")),
        sa.PrimaryKeyConstraint("thing_id", name=op.f("pk_search_entry")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.create_index("ix_search_entry_document", "search_entry", ["document"], postgresql_using="gin")
    else:
        for statement in SQLITE_FULL_TEXT:
            op.execute(statement)

    op.create_table(
        "search_name",
        sa.Column("thing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("field", sa.String(length=20), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("stem_key", sa.String(length=200), nullable=True),
        sa.Column(
            "prefix_key",
            sa.String(length=200, collation="C").with_variant(sa.String(length=200), "sqlite"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["thing_id"], ["thing.id"], name=op.f("fk_search_name_thing_id_thing")),
        sa.PrimaryKeyConstraint("thing_id", "position", name=op.f("pk_search_name")),
    )
    with op.batch_alter_table("search_name", schema=None) as batch_op:
        batch_op.create_index("ix_search_name_prefix_key", ["prefix_key"], unique=False)
        batch_op.create_index("ix_search_name_stem_key", ["stem_key"], unique=False)

    op.create_table(
        "section",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sentence_count", sa.Integer(), nullable=False),
        sa.Column("unclaimed", sa.JSON(none_as_null=True), nullable=False),
        sa.Column(
            "thing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.CheckConstraint("number >= 0", name=op.f("ck_section_number")),
        sa.CheckConstraint("sentence_count > 0", name=op.f("ck_section_sentence_count")),
        sa.ForeignKeyConstraint(["thing_id"], ["thing.id"], name=op.f("fk_section_thing_id_thing")),
        sa.PrimaryKeyConstraint("thing_id", name=op.f("pk_section")),
        sa.UniqueConstraint("number", name=op.f("uq_section_number")),
    )
    op.create_table(
        "sign",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("body_system", sa.String(length=40), nullable=False),
        sa.Column("xrefs", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("health_claims_verdict", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("summary", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("aliases", sa.JSON(none_as_null=True), nullable=False),
        sa.Column(
            "thing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.CheckConstraint(
            "body_system IN ('musculoskeletal', 'nervous', 'cardiovascular', 'digestive', 'mental', 'general')",
            name=op.f("ck_sign_body_system"),
        ),
        sa.CheckConstraint("position > 0", name=op.f("ck_sign_position")),
        sa.ForeignKeyConstraint(["thing_id"], ["thing.id"], name=op.f("fk_sign_thing_id_thing")),
        sa.PrimaryKeyConstraint("thing_id", name=op.f("pk_sign")),
        sa.UniqueConstraint("position", name=op.f("uq_sign_position")),
    )
    op.create_table(
        "claim_link",
        sa.Column("claim_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("thing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("role IN ('about', 'via', 'form', 'food', 'population')", name=op.f("ck_claim_link_role")),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.thing_id"], name=op.f("fk_claim_link_claim_id_claim")),
        sa.ForeignKeyConstraint(["thing_id"], ["thing.id"], name=op.f("fk_claim_link_thing_id_thing")),
        sa.PrimaryKeyConstraint("claim_id", "thing_id", "role", name=op.f("pk_claim_link")),
    )
    with op.batch_alter_table("claim_link", schema=None) as batch_op:
        batch_op.create_index("ix_claim_link_thing_id_claim_id", ["thing_id", "claim_id"], unique=False)

    op.create_table(
        "evidence",
        sa.Column("claim_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reference_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stance", sa.String(length=40), nullable=False),
        sa.Column("note", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("stance IN ('supports', 'mixed', 'refutes', 'background')", name=op.f("ck_evidence_stance")),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.thing_id"], name=op.f("fk_evidence_claim_id_claim")),
        sa.ForeignKeyConstraint(
            ["reference_id"], ["reference.thing_id"], name=op.f("fk_evidence_reference_id_reference")
        ),
        sa.PrimaryKeyConstraint("claim_id", "reference_id", name=op.f("pk_evidence")),
    )
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.create_index(
            "ix_evidence_reference_id_claim_id_stance", ["reference_id", "claim_id", "stance"], unique=False
        )
        batch_op.create_index("ix_evidence_stance_claim_id", ["stance", "claim_id"], unique=False)

    op.create_table(
        "passage",
        sa.Column("claim_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("section", sa.Integer(), nullable=False),
        sa.Column("sentence", sa.Integer(), nullable=False),
        sa.Column("says", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("verdict", sa.String(length=40), nullable=False),
        sa.CheckConstraint(
            "verdict IN ('supported', 'mostly_supported', 'overstated', 'unsupported', 'contradicted', 'error', 'mixed', 'omitted')",
            name=op.f("ck_passage_verdict"),
        ),
        sa.CheckConstraint("section >= 0 AND sentence > 0", name=op.f("ck_passage_place")),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.thing_id"], name=op.f("fk_passage_claim_id_claim")),
        sa.PrimaryKeyConstraint("claim_id", "section", "sentence", name=op.f("pk_passage")),
    )
    with op.batch_alter_table("passage", schema=None) as batch_op:
        batch_op.create_index("ix_passage_section_sentence_claim_id", ["section", "sentence", "claim_id"], unique=False)
        batch_op.create_index("ix_passage_verdict_claim_id", ["verdict", "claim_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("passage", schema=None) as batch_op:
        batch_op.drop_index("ix_passage_verdict_claim_id")
        batch_op.drop_index("ix_passage_section_sentence_claim_id")

    op.drop_table("passage")
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.drop_index("ix_evidence_stance_claim_id")
        batch_op.drop_index("ix_evidence_reference_id_claim_id_stance")

    op.drop_table("evidence")
    with op.batch_alter_table("claim_link", schema=None) as batch_op:
        batch_op.drop_index("ix_claim_link_thing_id_claim_id")

    op.drop_table("claim_link")
    op.drop_table("sign")
    op.drop_table("section")
    with op.batch_alter_table("search_name", schema=None) as batch_op:
        batch_op.drop_index("ix_search_name_stem_key")
        batch_op.drop_index("ix_search_name_prefix_key")

    op.drop_table("search_name")
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE search_fts")

    op.drop_table("search_entry")
    with op.batch_alter_table("safety", schema=None) as batch_op:
        batch_op.drop_index("ix_safety_safety_type")

    op.drop_table("safety")
    with op.batch_alter_table("relation", schema=None) as batch_op:
        batch_op.drop_index("ix_relation_target_id_role_thing_id")

    op.drop_table("relation")
    with op.batch_alter_table("reference", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reference_study_type"))

    op.drop_table("reference")
    op.drop_table("population")
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notice_notice_reference_id"))

    op.drop_table("notice")
    with op.batch_alter_table("mechanism", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mechanism_parent_id"))

    op.drop_table("mechanism")
    op.drop_table("intake")
    op.drop_table("health_claim")
    with op.batch_alter_table("former_slug", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_former_slug_thing_id"))

    op.drop_table("former_slug")
    op.drop_table("form")
    with op.batch_alter_table("food", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_food_group_id"))

    op.drop_table("food")
    with op.batch_alter_table("claim", schema=None) as batch_op:
        batch_op.drop_index("ix_claim_exposure_thing_id")
        batch_op.drop_index("ix_claim_effect_thing_id")
        batch_op.drop_index("ix_claim_claim_type_thing_id")
        batch_op.drop_index("ix_claim_certainty_thing_id")

    op.drop_table("claim")
    with op.batch_alter_table("change", schema=None) as batch_op:
        batch_op.drop_index("ix_change_thing_id_revision")

    op.drop_table("change")
    with op.batch_alter_table("thing", schema=None) as batch_op:
        batch_op.drop_index("ix_thing_kind_revision_id")

    op.drop_table("thing")
    op.drop_table("search_word")
    op.drop_table("search_total")
    op.drop_table("search_term")
    op.drop_table("revision")
    op.drop_table("clock")
