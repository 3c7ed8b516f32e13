"""Closed lists of the field: every enumerated value that the knowledge base accepts or returns.

Rule: a value is added here and nowhere else; tables, schemas and the OpenAPI document all read these classes.
"""

from enum import StrEnum

SLUG_MAX_LENGTH = 120


class Kind(StrEnum):
    """What a thing is; also the prefix of its batch id (``sign:fatigue``)."""

    SIGN = "sign"
    MECHANISM = "mechanism"
    FORM = "form"
    FOOD = "food"
    POPULATION = "population"
    REFERENCE = "reference"
    CLAIM = "claim"
    HEALTH_CLAIM = "health_claim"
    SAFETY = "safety"
    INTAKE = "intake"
    SECTION = "section"


CONCEPT_KINDS = (Kind.SIGN, Kind.MECHANISM, Kind.FORM, Kind.FOOD, Kind.POPULATION)
"""The kinds that a claim links to."""

PLURALS = {
    Kind.SIGN: "signs",
    Kind.MECHANISM: "mechanisms",
    Kind.FORM: "forms",
    Kind.FOOD: "foods",
    Kind.POPULATION: "populations",
    Kind.REFERENCE: "references",
    Kind.CLAIM: "claims",
    Kind.HEALTH_CLAIM: "health_claims",
    Kind.SAFETY: "safety",
    Kind.INTAKE: "intakes",
    Kind.SECTION: "sections",
}
"""Kind → the key in ``included`` and the name of its seed file."""

PATHS = {kind: f"/v1/{plural.replace('_', '-')}" for kind, plural in PLURALS.items()}
"""Kind → the address of its list."""


class Language(StrEnum):
    EN = "en"
    SV = "sv"


class BodySystem(StrEnum):
    MUSCULOSKELETAL = "musculoskeletal"
    NERVOUS = "nervous"
    CARDIOVASCULAR = "cardiovascular"
    DIGESTIVE = "digestive"
    MENTAL = "mental"
    GENERAL = "general"


class ClaimType(StrEnum):
    MECHANISM = "mechanism"
    SIGN = "sign"
    SUPPLEMENT_EFFECT = "supplement_effect"
    FORM = "form"
    FOOD = "food"
    POPULATION = "population"
    PREVALENCE = "prevalence"
    INTERACTION = "interaction"
    INTAKE = "intake"
    BIOMARKER = "biomarker"
    SAFETY = "safety"
    REGULATORY = "regulatory"
    META = "meta"


class Exposure(StrEnum):
    """What a person is exposed to; deficiency and supplementation are never the same claim."""

    DEFICIENCY = "deficiency"
    LOW_INTAKE = "low_intake"
    ADEQUATE_INTAKE = "adequate_intake"
    SUPPLEMENTATION = "supplementation"
    EXCESS = "excess"
    NONE = "none"


class Effect(StrEnum):
    """The direction of what ``effect_on`` names."""

    INCREASES = "increases"
    DECREASES = "decreases"
    NO_CHANGE = "no_change"
    ASSOCIATED = "associated"
    NONE = "none"


class Certainty(StrEnum):
    """GRADE-like certainty in the claim as worded."""

    HIGH = "high"
    MODERATE = "moderate"
    LOW = "low"
    VERY_LOW = "very_low"


class EvidenceStatus(StrEnum):
    LISTED = "listed"
    NONE_GATHERED = "none_gathered"
    DERIVED = "derived"


class Stance(StrEnum):
    """How a reference stands towards the claim as worded."""

    SUPPORTS = "supports"
    MIXED = "mixed"
    REFUTES = "refutes"
    BACKGROUND = "background"


class Verdict(StrEnum):
    """The judgement on what the article says in one sentence."""

    SUPPORTED = "supported"
    MOSTLY_SUPPORTED = "mostly_supported"
    OVERSTATED = "overstated"
    UNSUPPORTED = "unsupported"
    CONTRADICTED = "contradicted"
    ERROR = "error"
    MIXED = "mixed"
    OMITTED = "omitted"


class Role(StrEnum):
    """What a linked thing is to the claim."""

    ABOUT = "about"
    VIA = "via"
    FORM = "form"
    FOOD = "food"
    POPULATION = "population"


class Joint(StrEnum):
    """What joins a concept with a thing: the thing's role in the claims, their evidence, or that it is the same."""

    ABOUT = "about"
    VIA = "via"
    FORM = "form"
    FOOD = "food"
    POPULATION = "population"
    EVIDENCE = "evidence"
    ITSELF = "itself"


class StudyType(StrEnum):
    SYSTEMATIC_REVIEW = "systematic_review"
    RCT = "rct"
    COHORT = "cohort"
    CROSS_SECTIONAL = "cross_sectional"
    HUMAN_EXPERIMENTAL = "human_experimental"
    ANIMAL = "animal"
    IN_VITRO = "in_vitro"
    MECHANISTIC_REVIEW = "mechanistic_review"
    NARRATIVE_REVIEW = "narrative_review"
    GUIDELINE = "guideline"
    FACT_SHEET = "fact_sheet"
    RISK_ASSESSMENT = "risk_assessment"
    REGULATORY_OPINION = "regulatory_opinion"
    REGULATION = "regulation"
    ERRATUM = "erratum"


class CslType(StrEnum):
    """The CSL item types in use."""

    ARTICLE_JOURNAL = "article-journal"
    WEBPAGE = "webpage"
    LEGISLATION = "legislation"
    CHAPTER = "chapter"
    REPORT = "report"
    BOOK = "book"


class NoticeType(StrEnum):
    ERRATUM = "erratum"
    RETRACTION = "retraction"
    EXPRESSION_OF_CONCERN = "expression_of_concern"
    SUPERSEDED = "superseded"
    CAUTION = "caution"


class VerificationLevel(StrEnum):
    """Where a fact was seen: on the official page, in an index, in a secondary copy, or nowhere."""

    OFFICIAL = "official"
    INDEX = "index"
    SECONDARY = "secondary"
    NONE = "none"


class Match(StrEnum):
    """How a foreign identifier's term fits ours."""

    EXACT = "exact"
    EXACT_SYNONYM = "exact_synonym"
    CLOSE = "close"
    BROADER = "broader"
    NARROWER = "narrower"
    RELATED = "related"


class Jurisdiction(StrEnum):
    EU = "eu"
    US = "us"


class HealthClaimStatus(StrEnum):
    AUTHORISED = "authorised"
    NOT_AUTHORISED = "not_authorised"
    NO_AUTHORISED_CLAIM = "no_authorised_claim"
    QUALIFIED = "qualified"
    DISCLAIMER = "disclaimer"


class Coverage(StrEnum):
    """How far the authorised wordings reach what the article says of a sign or a form."""

    GOOD = "good"
    PARTIAL = "partial"
    NONE = "none"


class Fit(StrEnum):
    """How directly an authorised wording touches a sign."""

    DIRECT = "direct"
    PARTIAL = "partial"
    TANGENTIAL = "tangential"


class MarketStatus(StrEnum):
    AUTHORISED_NOVEL_FOOD = "authorised_novel_food"
    LISTED_SOURCE = "listed_source"
    NOT_LISTED = "not_listed"
    UNKNOWN = "unknown"


class SafetyType(StrEnum):
    RED_FLAG = "red_flag"
    INTERACTION = "interaction"
    ADVERSE_EFFECT = "adverse_effect"
    CONTRAINDICATION = "contraindication"


class Urgency(StrEnum):
    EMERGENCY = "emergency"
    URGENT = "urgent"
    DOCTOR = "doctor"
    NONE = "none"


class Direction(StrEnum):
    """Which of a medicine and magnesium acts on the other."""

    MAGNESIUM_LOWERS_DRUG = "magnesium_lowers_drug"
    DRUG_LOWERS_MAGNESIUM = "drug_lowers_magnesium"
    DRUG_RAISES_MAGNESIUM = "drug_raises_magnesium"


class Measure(StrEnum):
    """What an intake row measures."""

    RDA = "rda"
    AI = "ai"
    UL = "ul"
    AR = "ar"
    RI = "ri"
    NRV = "nrv"
    DV = "dv"
    SIGNIFICANT_AMOUNT = "significant_amount"
    GUIDANCE_LEVEL = "guidance_level"
    SERUM_RANGE = "serum_range"
    SERUM_CUTOFF = "serum_cutoff"
    BODY_CONTENT = "body_content"
    COMPARISON = "comparison"


MEASURE_NAMES: dict[Measure, dict[str, str]] = {
    Measure.RDA: {"en": "RDA", "sv": "RDA"},
    Measure.AI: {"en": "AI", "sv": "AI"},
    Measure.UL: {"en": "UL", "sv": "UL"},
    Measure.AR: {"en": "AR", "sv": "AR"},
    Measure.RI: {"en": "RI", "sv": "RI"},
    Measure.NRV: {"en": "NRV", "sv": "NRV"},
    Measure.DV: {"en": "DV", "sv": "DV"},
    Measure.SIGNIFICANT_AMOUNT: {"en": "Significant amount", "sv": "Betydande mängd"},
    Measure.GUIDANCE_LEVEL: {"en": "Guidance level", "sv": "Riktvärde"},
    Measure.SERUM_RANGE: {"en": "Serum range", "sv": "Referensintervall i serum"},
    Measure.SERUM_CUTOFF: {"en": "Serum cut-off", "sv": "Gränsvärde i serum"},
    Measure.BODY_CONTENT: {"en": "Body content", "sv": "Innehåll i kroppen"},
    Measure.COMPARISON: {"en": "Comparison", "sv": "Jämförelse"},
}
"""How each measure is called; the abbreviations are the same in both languages."""


class AppliesTo(StrEnum):
    ALL_SOURCES = "all_sources"
    SUPPLEMENTS = "supplements"
    LABEL = "label"
    SERUM = "serum"
    BODY = "body"


class Sex(StrEnum):
    FEMALE = "female"
    MALE = "male"
    ANY = "any"


class Operation(StrEnum):
    """What a change did to a thing."""

    CREATE = "create"
    UPDATE = "update"
    RENAME = "rename"
    RETRACT = "retract"


class RelationRole(StrEnum):
    """What the target of a relation is to a health claim, a safety row or a population."""

    SIGN = "sign"
    CLAIM = "claim"
    FORM = "form"
    POPULATION = "population"
    SOURCE = "source"


class Scope(StrEnum):
    """What a key allows; each allows what those before it do."""

    READER = "reader"
    EDITOR = "editor"
    ADMIN = "admin"

    def allows(self, needed: "Scope") -> bool:
        """Whether a key of this scope may do what needs the other."""
        scopes = list(Scope)
        return scopes.index(self) >= scopes.index(needed)


class ProposalStatus(StrEnum):
    OPEN = "open"
    REVISED = "revised"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class ProposalStep(StrEnum):
    """What can be done with a proposal."""

    OPENED = "opened"
    REVISED = "revised"
    COMMENTED = "commented"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
