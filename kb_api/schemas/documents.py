"""What goes out: these classes document every answer, and the tests hold every answer against them."""

from typing import Any

from marshmallow import fields

from kb_api.schemas.base import OutputSchema, enum
from kb_api.vocabulary import (
    AppliesTo,
    BodySystem,
    Certainty,
    ClaimType,
    CslType,
    Direction,
    Effect,
    EvidenceStatus,
    Exposure,
    HealthClaimStatus,
    Jurisdiction,
    Kind,
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

KINDS = [*(str(kind) for kind in Kind), "passage"]


def said(description: str = "", *, nullable: bool = False) -> fields.Raw:
    """A text: a string, or the object of all languages with ``lang=all``."""
    types: list[dict[str, Any]] = [
        {"type": "string"},
        {"type": "object", "additionalProperties": {"type": "string"}},
    ]
    if nullable:
        types.append({"type": "null"})
    return fields.Raw(metadata={"anyOf": types, "description": description})


def said_list(description: str = "") -> fields.Raw:
    """Texts of one language, or an object of lists with ``lang=all``."""
    listed = {"type": "array", "items": {"type": "string"}}
    types = [listed, {"type": "object", "additionalProperties": listed}]
    return fields.Raw(metadata={"anyOf": types, "description": description})


def text(*, nullable: bool = False, **options: Any) -> fields.String:
    return fields.String(allow_none=nullable, **options)


class Link(OutputSchema):
    """Another thing in short."""

    kind = fields.String()
    slug = text()
    name = said()
    url = text()


class ClaimLink(Link):
    """A thing that a claim names, and in which role."""

    role = enum(Role)


class ConceptLink(ClaimLink):
    """A thing that shares claims with this one, and how many."""

    claims = fields.Integer()


class Verification(OutputSchema):
    """Where a fact was seen."""

    level = enum(VerificationLevel)
    source = text()
    note = text()


class ReferenceVerification(Verification):
    unverified_fields = said_list("The parts of the reference that were not seen.")


class CrossReference(OutputSchema):
    """An identifier in another system."""

    scheme = text()
    id = text()
    label = text()
    match = text()
    term = said("The narrower term that the identifier is about, when it is not the thing itself.")
    verification = fields.Nested(Verification)


class HealthClaimsVerdict(OutputSchema):
    """How far the authorised EU wordings reach, judged on a day."""

    coverage = text()
    not_covered = said()
    checked_on = text()
    verification = fields.Nested(Verification)


class Thing(OutputSchema):
    """What every thing has."""

    kind = fields.String()
    slug = text()
    url = text()
    revision = fields.Integer(metadata={"description": "The revision in which the thing last changed."})


class Concept(Thing):
    name = said()
    summary = said(nullable=True)
    aliases = said_list("Names that people use.")


class Counts(OutputSchema):
    claims = fields.Integer()
    references = fields.Integer()


class RedFlag(OutputSchema):
    """When a person with the sign should seek care, and how urgently."""

    slug = text()
    urgency = enum(Urgency)
    text = said()
    where_to_turn = said(nullable=True)
    verification = fields.Nested(Verification)


class SignSummary(Concept):
    position = fields.Integer()
    body_system = enum(BodySystem)
    xrefs = fields.List(fields.Nested(CrossReference))
    health_claims_verdict = fields.Nested(HealthClaimsVerdict, allow_none=True)


class ConceptDetailMixin(OutputSchema):
    counts = fields.Nested(Counts)
    links = fields.List(fields.Nested(ConceptLink))


class SignDetail(SignSummary, ConceptDetailMixin):
    red_flags = fields.List(fields.Nested(RedFlag))


class MechanismSummary(Concept):
    parent = fields.Nested(Link, allow_none=True)
    xrefs = fields.List(fields.Nested(CrossReference))


class MechanismDetail(MechanismSummary, ConceptDetailMixin):
    pass


class FormVariant(OutputSchema):
    compound = said()
    formula = text()
    molar_mass_g_per_mol = fields.Float()
    elemental_magnesium_percent = fields.Float()
    xrefs = fields.List(fields.Nested(CrossReference))


class MarketStatus(OutputSchema):
    """Who may sell the form, on which conditions, and until when."""

    jurisdiction = enum(Jurisdiction)
    status = text()
    conditions = said()
    legal_act = text()
    valid_from = text(data_key="from")
    until = text()
    verification = fields.Nested(Verification)


class FormSummary(Concept):
    compound = said()
    formula = text()
    molar_mass_g_per_mol = fields.Float()
    elemental_magnesium_percent = fields.Float()
    variants = fields.List(fields.Nested(FormVariant))
    brand_names = fields.List(text())
    market_status = fields.Nested(MarketStatus, allow_none=True)
    health_claims_verdict = fields.Nested(HealthClaimsVerdict, allow_none=True)
    xrefs = fields.List(fields.Nested(CrossReference))


class FormDetail(FormSummary, ConceptDetailMixin):
    pass


class Measurement(OutputSchema):
    magnesium_mg = fields.Float()
    grams = fields.Float()
    serving = said()
    database = text()
    record = text()
    record_name = text()
    verification = fields.Nested(Verification)


class FoodSummary(Concept):
    group = fields.Nested(Link, allow_none=True)
    in_article = fields.Boolean()
    magnesium_mg_per_100g = fields.Float(allow_none=True, metadata={"description": "Median of the databases."})
    measurements = fields.List(fields.Nested(Measurement))


class FoodDetail(FoodSummary, ConceptDetailMixin):
    pass


class PopulationSummary(Concept):
    at_risk_listed_by_ods = fields.Boolean(allow_none=True)


class PopulationDetail(PopulationSummary, ConceptDetailMixin):
    sources = fields.List(fields.Nested(Link))


class Author(OutputSchema):
    family = text()
    given = text()
    literal = text()


class Notice(OutputSchema):
    """An erratum, a retraction or another warning on a reference."""

    notice_type = enum(NoticeType)
    text = said()
    on = fields.Nested(Link)
    reference = fields.Nested(Link, allow_none=True)
    verification = fields.Nested(Verification)


class Reference(Thing):
    title = text(metadata={"description": "The original title, never translated."})
    csl_type = enum(CslType)
    authors = fields.List(fields.Nested(Author))
    et_al = fields.Boolean()
    container_title = text(nullable=True)
    publisher = text(nullable=True)
    issued = text()
    volume = text(nullable=True)
    issue = text(nullable=True)
    page = text(nullable=True)
    article_number = text(nullable=True)
    doi = text(nullable=True)
    pmid = text(nullable=True)
    pmcid = text(nullable=True)
    source_url = text()
    study_type = enum(StudyType)
    sample = said(nullable=True)
    finding = said(nullable=True)
    funding = said(nullable=True)
    notices = fields.List(fields.Nested(Notice))
    cited_in_article = fields.Integer(allow_none=True)
    note = said(nullable=True)
    verification = fields.Nested(ReferenceVerification)


class Balance(OutputSchema):
    """How many pieces of evidence take each stance."""

    supports = fields.Integer()
    mixed = fields.Integer()
    refutes = fields.Integer()
    background = fields.Integer()


class Evidence(OutputSchema):
    stance = enum(Stance)
    study_type = enum(StudyType)
    note = said()
    reference = fields.Nested(Link)


class ClaimEvidence(Evidence):
    """A piece of evidence by itself, with the claim that it is for or against."""

    claim = fields.Nested(Link)
    notices = fields.List(fields.Nested(Notice))


class Passage(OutputSchema):
    """Where the article says the claim, in our words, and the verdict on it there."""

    section = fields.Integer()
    sentence = fields.Integer()
    says = said()
    verdict = enum(Verdict)


class ClaimSummary(Thing):
    text = said()
    claim_type = enum(ClaimType)
    exposure = enum(Exposure)
    effect = enum(Effect)
    effect_on = said(nullable=True)
    certainty = enum(Certainty)
    certainty_reason = said()
    balance = fields.Nested(Balance)
    links = fields.List(fields.Nested(ClaimLink))
    notices = fields.List(fields.Nested(Notice), metadata={"description": "On the references that the claim cites."})


class ClaimDetail(ClaimSummary):
    subject = fields.String()
    evidence_status = enum(EvidenceStatus)
    looked_at = said(nullable=True)
    derivation = said(nullable=True)
    conflicts = said(nullable=True)
    note = said(nullable=True)
    evidence = fields.List(fields.Nested(Evidence))
    passages = fields.List(fields.Nested(Passage))
    reviewed_on = fields.String(allow_none=True)


class PassageDetail(Thing, Passage):
    name = said()
    heading = said(nullable=True)
    claim = fields.Nested(Link)


class Efsa(OutputSchema):
    journal = text()
    entry_ids = fields.List(fields.Integer())
    verification = fields.Nested(Verification)


class TouchedSign(Link):
    fit = text()
    why = said()


class WordingVerification(OutputSchema):
    official_text_seen = fields.Boolean()
    scope = text()
    source = text()
    note = text()


class WordingVerifications(OutputSchema):
    sv = fields.Nested(WordingVerification)
    en = fields.Nested(WordingVerification)


class HealthClaim(Thing):
    name = said("The topic.")
    jurisdiction = enum(Jurisdiction)
    status = enum(HealthClaimStatus)
    wording = said("The exact text; the only one that may be used.", nullable=True)
    conditions = said(nullable=True)
    legal_act = text(nullable=True)
    efsa = fields.List(fields.Nested(Efsa))
    article_section = fields.Integer(allow_none=True)
    signs = fields.List(fields.Nested(TouchedSign))
    claims = fields.List(fields.Nested(Link))
    forms = fields.List(fields.Nested(Link))
    wording_verification = fields.Nested(WordingVerifications, allow_none=True)
    note = said(nullable=True)
    verification = fields.Nested(Verification)


class Safety(Thing):
    name = said()
    text = said()
    safety_type = enum(SafetyType)
    urgency = enum(Urgency)
    action = said(nullable=True)
    medicine = said(nullable=True)
    direction = enum(Direction, allow_none=True)
    hours_apart_min = fields.Integer(allow_none=True)
    hours_before = fields.Integer(allow_none=True)
    hours_after = fields.String(allow_none=True)
    listed_by_ods = fields.Boolean(allow_none=True)
    where_to_turn = said(nullable=True)
    signs = fields.List(fields.Nested(Link))
    claims = fields.List(fields.Nested(Link))
    populations = fields.List(fields.Nested(Link))
    note = said(nullable=True)
    verification = fields.Nested(Verification)


class Intake(Thing):
    name = said()
    measure = enum(Measure)
    authority = said()
    population = said()
    sex = enum(Sex)
    age_from_years = fields.Float(allow_none=True)
    age_to_years = fields.Float(allow_none=True)
    value = fields.Float(allow_none=True)
    value_low = fields.Float(allow_none=True)
    value_high = fields.Float(allow_none=True)
    unit = fields.String()
    applies_to = enum(AppliesTo)
    superseded = fields.Boolean()
    text = said(nullable=True)
    note = said(nullable=True)
    verification = fields.Nested(Verification)


class UnclaimedSentence(OutputSchema):
    sentence = fields.Integer()
    reason = said()


class Section(Thing):
    name = said()
    number = fields.Integer()
    sentence_count = fields.Integer()
    unclaimed = fields.List(fields.Nested(UnclaimedSentence))


SUMMARIES: dict[Kind, type[OutputSchema]] = {
    Kind.SIGN: SignSummary,
    Kind.MECHANISM: MechanismSummary,
    Kind.FORM: FormSummary,
    Kind.FOOD: FoodSummary,
    Kind.POPULATION: PopulationSummary,
    Kind.REFERENCE: Reference,
    Kind.CLAIM: ClaimSummary,
    Kind.HEALTH_CLAIM: HealthClaim,
    Kind.SAFETY: Safety,
    Kind.INTAKE: Intake,
    Kind.SECTION: Section,
}
"""Kind → its shape in a list."""

DETAILS: dict[Kind, type[OutputSchema]] = SUMMARIES | {
    Kind.SIGN: SignDetail,
    Kind.MECHANISM: MechanismDetail,
    Kind.FORM: FormDetail,
    Kind.FOOD: FoodDetail,
    Kind.POPULATION: PopulationDetail,
    Kind.CLAIM: ClaimDetail,
}
"""Kind → its shape by itself."""


class Included(OutputSchema):
    """The linked things that were asked for, each once."""

    claims = fields.List(fields.Nested(ClaimDetail))
    references = fields.List(fields.Nested(Reference))
    signs = fields.List(fields.Nested(SignSummary))
    mechanisms = fields.List(fields.Nested(MechanismSummary))
    forms = fields.List(fields.Nested(FormSummary))
    foods = fields.List(fields.Nested(FoodSummary))
    populations = fields.List(fields.Nested(PopulationSummary))
    safety = fields.List(fields.Nested(Safety))
    health_claims = fields.List(fields.Nested(HealthClaim))


class Links(OutputSchema):
    self_ = fields.String(data_key="self")
    next = fields.String(metadata={"description": "The next page; absent on the last."})


class License(OutputSchema):
    name = fields.String()
    url = fields.String()


class Fallback(OutputSchema):
    """A text that was missing in the language asked for."""

    of = fields.String()
    field = fields.String()
    lang = fields.String()


class Meta(OutputSchema):
    """What every answer says of itself."""

    revision = fields.Integer()
    lang = fields.String()
    license = fields.Nested(License)
    disclaimer = said()
    fallbacks = fields.List(fields.Nested(Fallback))
    filtered = fields.Dict(metadata={"description": "Says that only one side of the evidence is shown."})
    notices = fields.List(fields.Nested(Notice))


class ListMeta(Meta):
    total = fields.Integer()
    total_exact = fields.Boolean(metadata={"description": "False: the total is a lower bound."})


class ProblemFault(OutputSchema):
    parameter = fields.String()
    pointer = fields.String()
    message = fields.String(required=True)
    did_you_mean = fields.String()


class ProblemLimit(OutputSchema):
    """The limit that a request is above: the setting that says it, and how much it allows."""

    name = fields.String(required=True)
    maximum = fields.Raw(required=True, metadata={"description": "A number; for the rate limit, requests in a time."})


class Problem(OutputSchema):
    """RFC 9457."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    instance = fields.String(required=True)
    errors = fields.List(fields.Nested(ProblemFault))
    limit = fields.Nested(ProblemLimit)


class Status(OutputSchema):
    """What is served, and how much of it."""

    status = fields.String()
    version = fields.String()
    revision = fields.Integer()
    revision_at = fields.String(allow_none=True)
    counts = fields.Dict(keys=fields.String(), values=fields.Integer())
    database = fields.String()


class Condition(OutputSchema):
    """Whether the service lives, or is ready."""

    status = fields.String()
    revision = fields.Integer()


class AnyObject(OutputSchema):
    """An object of any form."""


def one_document(kind: str, shape: type[OutputSchema]) -> type[OutputSchema]:
    """The envelope of one thing."""
    parts: dict[str, fields.Field[Any]] = {
        "data": fields.Nested(shape, required=True),
        "included": fields.Nested(Included),
        "links": fields.Nested(Links, required=True),
        "meta": fields.Nested(Meta, required=True),
    }
    return OutputSchema.from_dict(parts, name=f"{kind}Document")  # type: ignore[return-value]


def list_document(kind: str, shape: type[OutputSchema]) -> type[OutputSchema]:
    """The envelope of a list."""
    parts: dict[str, fields.Field[Any]] = {
        "data": fields.List(fields.Nested(shape), required=True),
        "included": fields.Nested(Included),
        "links": fields.Nested(Links, required=True),
        "meta": fields.Nested(ListMeta, required=True),
    }
    return OutputSchema.from_dict(parts, name=f"{kind}ListDocument")  # type: ignore[return-value]
