"""The record of each kind: what a seed file, an editor's request and an import may say.

Rule: this is the one definition of valid. A loaded record is canonical: known keys in this order, absent ones left
out, text in NFC; the same record goes to the database, into the history and back into the seed files.
"""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from kb_api.schemas.base import (
    AliasesInput,
    InputSchema,
    Patterned,
    Slug,
    Text,
    TrueOrFalse,
    WordingInput,
    enum,
    integer,
    many,
    number,
    positive,
    slug_list,
    unique,
    wording,
)
from kb_api.vocabulary import (
    CONCEPT_KINDS,
    AppliesTo,
    BodySystem,
    Certainty,
    ClaimType,
    Coverage,
    CslType,
    Direction,
    Effect,
    EvidenceStatus,
    Exposure,
    Fit,
    HealthClaimStatus,
    Jurisdiction,
    Kind,
    MarketStatus,
    Match,
    Measure,
    NoticeType,
    Role,
    SafetyType,
    Sex,
    Stance,
    StudyType,
    Urgency,
    Verdict,
    VerificationLevel,
)

DATE = r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
PARTIAL_DATE = r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?"
DOI = r"10\.\d{4,9}/[^\sA-Z]+"
PMID = r"[1-9]\d{0,8}"
PMCID = r"PMC[1-9]\d{0,9}"


def date(**options: Any) -> Patterned:
    """A day, ``YYYY-MM-DD``."""
    return Patterned(DATE, "must be a date: YYYY-MM-DD", max_length=10, **options)


class VerificationInput(InputSchema):
    """Where a fact was seen, and how good that place is."""

    level = enum(VerificationLevel, required=True)
    source = Text(required=True)
    note = Text()


class CrossReferenceInput(InputSchema):
    """An identifier of the thing, or of a narrower term of it, in another system."""

    scheme = Text(required=True, max_length=60)
    id = Text(required=True, max_length=120)
    label = Text(max_length=300)
    match = enum(Match)
    term = wording()
    verification = fields.Nested(VerificationInput, required=True)


class HealthClaimsVerdictInput(InputSchema):
    """How far the authorised wordings reach, and on which day that was judged."""

    coverage = enum(Coverage, required=True)
    not_covered = wording(required=True)
    checked_on = date(required=True)
    verification = fields.Nested(VerificationInput, required=True)


class ConceptInput(InputSchema):
    """What signs, mechanisms, forms, foods and populations share."""

    slug = Slug(required=True)


class SignInput(ConceptInput):
    position = integer(minimum=1, maximum=10_000, required=True)
    name = wording(required=True)
    summary = wording(required=True)
    aliases = fields.Nested(AliasesInput, load_default=lambda: {"sv": [], "en": []})
    body_system = enum(BodySystem, required=True)
    xrefs = many(fields.Nested(CrossReferenceInput))
    health_claims_verdict = fields.Nested(HealthClaimsVerdictInput, allow_none=True)


class MechanismInput(ConceptInput):
    name = wording(required=True)
    summary = wording(required=True)
    aliases = fields.Nested(AliasesInput, load_default=lambda: {"sv": [], "en": []})
    parent = Slug(allow_none=True)
    xrefs = many(fields.Nested(CrossReferenceInput))

    @validates_schema
    def check_parent(self, data: Mapping[str, Any], **_: Any) -> None:
        if data.get("parent") == data["slug"]:
            raise ValidationError("a mechanism cannot be its own parent", "parent")


class FormVariantInput(InputSchema):
    """A salt or hydrate that is sold under the form's name."""

    compound = wording(required=True)
    formula = Text(required=True, max_length=80)
    molar_mass_g_per_mol = positive(required=True)
    elemental_magnesium_percent = positive(maximum=100, required=True)
    xrefs = many(fields.Nested(CrossReferenceInput))


class MarketStatusInput(InputSchema):
    """Who may sell the form where, on which conditions, and until when."""

    jurisdiction = enum(Jurisdiction, required=True)
    status = enum(MarketStatus, required=True)
    conditions = wording(required=True)
    legal_act = Text()
    valid_from = date(data_key="from", attribute="from")
    until = date()
    verification = fields.Nested(VerificationInput, required=True)


class FormInput(ConceptInput):
    name = wording(required=True)
    summary = wording(required=True)
    aliases = fields.Nested(AliasesInput, load_default=lambda: {"sv": [], "en": []})
    formula = Text(required=True, max_length=80)
    molar_mass_g_per_mol = positive(required=True)
    elemental_magnesium_percent = positive(maximum=100, required=True)
    compound = wording(required=True)
    variants = many(fields.Nested(FormVariantInput))
    brand_names = many(Text(max_length=120))
    market_status = fields.Nested(MarketStatusInput, allow_none=True)
    health_claims_verdict = fields.Nested(HealthClaimsVerdictInput, allow_none=True)
    xrefs = many(fields.Nested(CrossReferenceInput))


class MeasurementInput(InputSchema):
    """The magnesium of one serving in one database."""

    magnesium_mg = number(required=True)
    grams = positive(required=True)
    serving = wording(required=True)
    database = Text(required=True, max_length=120)
    record = Text(max_length=60)
    record_name = Text(max_length=300)
    verification = fields.Nested(VerificationInput, required=True)


class FoodInput(ConceptInput):
    name = wording(required=True)
    summary = wording(allow_none=True)
    aliases = fields.Nested(AliasesInput, load_default=lambda: {"sv": [], "en": []})
    group = Slug(allow_none=True)
    in_article = TrueOrFalse(load_default=False)
    magnesium_mg_per_100g = number(allow_none=True)
    measurements = many(fields.Nested(MeasurementInput))


class PopulationInput(ConceptInput):
    name = wording(required=True)
    summary = wording(required=True)
    aliases = fields.Nested(AliasesInput, load_default=lambda: {"sv": [], "en": []})
    at_risk_listed_by_ods = TrueOrFalse(allow_none=True)
    sources = slug_list()


class AuthorInput(InputSchema):
    """A person (family, given) or a body (literal)."""

    family = Text(max_length=300)
    given = Text(max_length=300)
    literal = Text(max_length=500)

    @validates_schema
    def check_name(self, data: Mapping[str, Any], **_: Any) -> None:
        if ("literal" in data) == ("family" in data):
            raise ValidationError("needs either 'family' or 'literal'")


class NoticeInput(InputSchema):
    """An erratum, a retraction or another warning."""

    notice_type = enum(NoticeType, required=True)
    text = wording(required=True)
    reference = Slug(allow_none=True)
    verification = fields.Nested(VerificationInput, required=True)


class UnverifiedFieldsInput(AliasesInput):
    """The parts of a reference that were not seen, by language."""


class ReferenceVerificationInput(VerificationInput):
    """Where a reference was seen, and which of its parts were not."""

    unverified_fields = fields.Nested(UnverifiedFieldsInput, allow_none=True)


class ReferenceInput(InputSchema):
    slug = Slug(required=True)
    csl_type = enum(CslType, required=True)
    title = Text(required=True)
    authors = many(fields.Nested(AuthorInput))
    et_al = TrueOrFalse(load_default=False)
    container_title = Text(allow_none=True, max_length=500)
    publisher = Text(allow_none=True, max_length=500)
    issued = Patterned(PARTIAL_DATE, "must be YYYY, YYYY-MM or YYYY-MM-DD", max_length=10, required=True)
    volume = Text(allow_none=True, max_length=40)
    issue = Text(allow_none=True, max_length=40)
    page = Text(allow_none=True, max_length=40)
    article_number = Text(allow_none=True, max_length=40)
    doi = Patterned(
        DOI,
        "must be a DOI in lower case without prefix, such as 10.1016/j.neuron.2009.12.026",
        max_length=200,
        allow_none=True,
    )
    pmid = Patterned(PMID, "must be a PubMed number, such as 20152124", max_length=12, allow_none=True)
    pmcid = Patterned(PMCID, "must be a PubMed Central number, such as PMC11381753", max_length=16, allow_none=True)
    source_url = fields.Url(required=True, schemes={"http", "https"}, validate=validate.Length(max=2_000))
    study_type = enum(StudyType, required=True)
    sample = wording(allow_none=True)
    finding = wording(allow_none=True)
    funding = wording(allow_none=True)
    notices = many(fields.Nested(NoticeInput))
    cited_in_article = integer(minimum=1, allow_none=True)
    note = wording(allow_none=True)
    verification = fields.Nested(ReferenceVerificationInput, required=True)


class EvidenceInput(InputSchema):
    """How a reference stands towards the claim as worded."""

    reference = Slug(required=True)
    stance = enum(Stance, required=True)
    note = wording(required=True)


class PassageInput(InputSchema):
    """What the article says of the claim in one sentence, in our words, and the verdict on it."""

    section = integer(maximum=1_000, required=True)
    sentence = integer(minimum=1, maximum=1_000, required=True)
    says = wording(required=True)
    verdict = enum(Verdict, required=True)


class ClaimLinkInput(InputSchema):
    """A thing that the claim names, and its role in it."""

    kind = fields.String(required=True, validate=validate.OneOf([str(kind) for kind in CONCEPT_KINDS]))
    slug = Slug(required=True)
    role = enum(Role, required=True)


class ClaimInput(InputSchema):
    slug = Slug(required=True)
    subject = Slug(load_default="general")
    text = wording(required=True)
    claim_type = enum(ClaimType, required=True)
    exposure = enum(Exposure, required=True)
    effect = enum(Effect, required=True)
    effect_on = wording(allow_none=True)
    certainty = enum(Certainty, required=True)
    certainty_reason = wording(required=True)
    evidence_status = enum(EvidenceStatus, required=True)
    looked_at = wording(allow_none=True)
    derivation = wording(allow_none=True)
    conflicts = wording(allow_none=True)
    note = wording(allow_none=True)
    evidence = many(fields.Nested(EvidenceInput))
    passages = many(fields.Nested(PassageInput))
    links = many(fields.Nested(ClaimLinkInput))
    reviewed_on = date(allow_none=True)

    @validates_schema
    def check_evidence(self, data: Mapping[str, Any], **_: Any) -> None:
        status = data["evidence_status"]
        if status == EvidenceStatus.LISTED and not data["evidence"]:
            raise ValidationError("'listed' needs at least one piece of evidence", "evidence")
        if status == EvidenceStatus.NONE_GATHERED and data["evidence"]:
            raise ValidationError("'none_gathered' cannot have evidence: use 'listed'", "evidence_status")
        if status == EvidenceStatus.NONE_GATHERED and not data.get("looked_at"):
            raise ValidationError("'none_gathered' needs a note on what was looked at", "looked_at")
        if status == EvidenceStatus.DERIVED and not data.get("derivation"):
            raise ValidationError("'derived' needs the derivation", "derivation")

    @validates_schema
    def check_repetition(self, data: Mapping[str, Any], **_: Any) -> None:
        unique(data["evidence"], "reference", field="evidence")
        unique(data["passages"], "section", "sentence", field="passages")
        unique(data["links"], "kind", "slug", "role", field="links")


class EfsaInput(InputSchema):
    """The opinion and the entries in which EFSA assessed a wording."""

    journal = Text(required=True, max_length=120)
    entry_ids = many(integer(minimum=1))
    verification = fields.Nested(VerificationInput, required=True)


class TouchedSignInput(InputSchema):
    """A sign that a wording touches, how directly, and why."""

    slug = Slug(required=True)
    fit = enum(Fit, required=True)
    why = wording(required=True)


class WordingVerificationInput(InputSchema):
    """Whether a wording was seen in the official text, and where else."""

    official_text_seen = TrueOrFalse(required=True)
    scope = Text()
    source = Text(required=True)
    note = Text()


class WordingVerificationsInput(InputSchema):
    sv = fields.Nested(WordingVerificationInput)
    en = fields.Nested(WordingVerificationInput)


class HealthClaimInput(InputSchema):
    slug = Slug(required=True)
    jurisdiction = enum(Jurisdiction, required=True)
    status = enum(HealthClaimStatus, required=True)
    topic = fields.Nested(WordingInput, required=True)
    wording = fields.Nested(WordingInput, allow_none=True)
    conditions = fields.Nested(WordingInput, allow_none=True)
    legal_act = Text(allow_none=True, max_length=500)
    efsa = many(fields.Nested(EfsaInput))
    article_section = integer(maximum=1_000, allow_none=True)
    signs = many(fields.Nested(TouchedSignInput))
    claims = slug_list()
    forms = slug_list()
    wording_verification = fields.Nested(WordingVerificationsInput, allow_none=True)
    note = fields.Nested(WordingInput, allow_none=True)
    verification = fields.Nested(VerificationInput, required=True)

    @validates_schema
    def check_authorised(self, data: Mapping[str, Any], **_: Any) -> None:
        if data["status"] == HealthClaimStatus.AUTHORISED and not (data.get("wording") and data.get("legal_act")):
            raise ValidationError("'authorised' needs the wording and the legal act", "wording")

    @validates_schema
    def check_repetition(self, data: Mapping[str, Any], **_: Any) -> None:
        unique(data["signs"], "slug", field="signs")


class SafetyInput(InputSchema):
    slug = Slug(required=True)
    safety_type = enum(SafetyType, required=True)
    urgency = enum(Urgency, required=True)
    text = wording(required=True)
    action = wording(allow_none=True)
    medicine = wording(allow_none=True)
    direction = enum(Direction, allow_none=True)
    hours_apart_min = integer(maximum=100, allow_none=True)
    hours_before = integer(maximum=100, allow_none=True)
    hours_after = Text(max_length=20, allow_none=True)
    listed_by_ods = TrueOrFalse(allow_none=True)
    where_to_turn = wording(allow_none=True)
    signs = slug_list()
    claims = slug_list()
    populations = slug_list()
    note = wording(allow_none=True)
    verification = fields.Nested(VerificationInput, required=True)


class IntakeInput(InputSchema):
    slug = Slug(required=True)
    measure = enum(Measure, required=True)
    authority = wording(required=True)
    population = wording(required=True)
    sex = enum(Sex, required=True)
    age_from_years = number(maximum=150, allow_none=True)
    age_to_years = number(maximum=150, allow_none=True)
    value = number(allow_none=True)
    value_low = number(allow_none=True)
    value_high = number(allow_none=True)
    unit = Text(required=True, max_length=20)
    applies_to = enum(AppliesTo, required=True)
    superseded = TrueOrFalse(load_default=False)
    text = wording(allow_none=True)
    note = wording(allow_none=True)
    verification = fields.Nested(VerificationInput, required=True)

    @validates_schema
    def check_ranges(self, data: Mapping[str, Any], **_: Any) -> None:
        for low, high in (("age_from_years", "age_to_years"), ("value_low", "value_high")):
            if data.get(low) is not None and data.get(high) is not None and data[low] > data[high]:
                raise ValidationError(f"must not be above {high}", low)


class UnclaimedSentenceInput(InputSchema):
    """A sentence of the article that states nothing, and why."""

    sentence = integer(minimum=1, maximum=1_000, required=True)
    reason = wording(required=True)


class SectionInput(InputSchema):
    slug = Slug(required=True)
    number = integer(maximum=1_000, required=True)
    heading = wording(required=True)
    sentence_count = integer(minimum=1, maximum=1_000, required=True)
    unclaimed = many(fields.Nested(UnclaimedSentenceInput))


RECORDS: dict[Kind, InputSchema] = {
    Kind.SIGN: SignInput(),
    Kind.MECHANISM: MechanismInput(),
    Kind.FORM: FormInput(),
    Kind.FOOD: FoodInput(),
    Kind.POPULATION: PopulationInput(),
    Kind.REFERENCE: ReferenceInput(),
    Kind.CLAIM: ClaimInput(),
    Kind.HEALTH_CLAIM: HealthClaimInput(),
    Kind.SAFETY: SafetyInput(),
    Kind.INTAKE: IntakeInput(),
    Kind.SECTION: SectionInput(),
}
"""Kind → the schema of its record."""
