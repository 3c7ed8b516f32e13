"""What a request's query string may say, one class a list or a thing.

Rule: a parameter that may be repeated is a ``List`` (any of its values); every other takes one value.
"""

import re
from collections.abc import Callable
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from kb_api.schemas.base import SLUG, Patterned, enum
from kb_api.vocabulary import (
    SLUG_MAX_LENGTH,
    BodySystem,
    Certainty,
    ClaimType,
    Effect,
    EvidenceStatus,
    Exposure,
    HealthClaimStatus,
    Jurisdiction,
    Measure,
    SafetyType,
    Sex,
    Stance,
    StudyType,
    Urgency,
    Verdict,
)

NO_NUL = r"^[^\x00]*$"
"""Text as people write it; a NUL is refused wherever it stands."""
IDENTIFIER_MAX_LENGTH = 300
"""Longer than any DOI of the seed by far; the standard sets no limit."""
LIMIT_DEFAULT = 50
LIMIT_MAX = 200
DOI_PREFIXES = ("https://doi.org/", "http://doi.org/", "https://dx.doi.org/", "http://dx.doi.org/", "doi:")


def any_of(field: fields.Field[Any], description: str, example: str) -> fields.List[Any]:
    """A parameter that may be repeated: any of its values."""
    return fields.List(field, metadata={"description": f"{description} Repeated: any of them.", "example": [example]})


def slugs(kind: str, example: str, wording: str | None = None) -> fields.List[Any]:
    """A filter by things of a kind."""
    described = wording or f"Only what a claim links to this {kind}, by slug."
    one = fields.String(validate=validate.Length(min=1, max=SLUG_MAX_LENGTH), metadata={"pattern": f"^{SLUG}$"})
    return any_of(one, described, example)


def values(values: Any, description: str, example: str) -> fields.List[Any]:
    """A filter by values of a closed list."""
    return any_of(enum(values), description, example)


def names(description: str, example: str) -> fields.String:
    """A comma-separated list of names."""
    described = {"description": description, "example": example, "pattern": "^[a-z_, ]*$"}
    return fields.String(validate=validate.Length(max=500), metadata=described)


def cursors(example: str) -> Patterned:
    """Where a page begins."""
    description = "Where the page begins: opaque, from links.next of the page before."
    return Patterned(
        r"[A-Za-z0-9_-]*",
        "is not a cursor: follow links.next of a page",
        max_length=2_000,
        metadata={"description": description, "example": example},
    )


class LanguageQuery(Schema):
    """What every reading request may say."""

    lang = fields.String(
        validate=validate.OneOf(["sv", "en", "all"]),
        metadata={
            "description": "Language of the texts; beats Accept-Language. 'all' gives {sv, en} objects.",
            "example": "sv",
        },
    )


class FormQuery(LanguageQuery):
    """What a request may say whose answer can be given in several forms."""

    format = fields.String(
        validate=validate.Length(max=40),
        metadata={
            "description": "The form of the answer, by name; beats Accept. A form that does not exist here is 406, "
            "which names those that do.",
            "example": "json",
            "pattern": "^[a-z]*$",
        },
    )


class ExportQuery(FormQuery):
    """What a request for everything may say; it is in all languages."""

    class Meta:
        exclude = ("lang",)


class LocaleQuery(Schema):
    """What a request for references may say beside the form."""

    locale = fields.String(
        validate=validate.Length(max=40),
        metadata={
            "description": "The language of a bibliography's own words, such as months; else that of the answer.",
            "example": "sv-SE",
            "pattern": "^[A-Za-z_-]*$",
        },
    )


class ThingQuery(FormQuery):
    """What a request for one thing may say."""

    include = names("Linked things to bring along, comma-separated.", "claims,references")
    fields = names("The fields to keep, comma-separated.", "slug,name")  # type: ignore[assignment]


class ListQuery(ThingQuery):
    """What a request for a list may say."""

    limit = fields.Integer(
        load_default=LIMIT_DEFAULT,
        validate=validate.Range(min=1, max=LIMIT_MAX),
        metadata={"description": f"Things on a page, at most {LIMIT_MAX}.", "example": 20},
    )
    cursor = cursors("WyJlbnRlcmVkIiwxNjksMTY5XQ")
    sort = fields.String(
        validate=validate.Length(max=80),
        metadata={
            "description": "The field to sort by; '-' before it reverses.",
            "example": "-revision",
            "pattern": "^-?[a-z_]*$",
        },
    )


class ConceptListQuery(ListQuery):
    sign = slugs("sign", "fatigue")
    mechanism = slugs("mechanism", "nmda-receptor")
    form = slugs("form", "magnesium-citrate")
    food = slugs("food", "nuts")
    population = slugs("population", "older-adults")
    reference = slugs("reference", "slutsky-2010")
    claim = slugs("claim", "nmda-block", "Only what this claim links to, by slug.")


class SignListQuery(ConceptListQuery):
    body_system = values(BodySystem, "Only signs of this body system.", "nervous")

    class Meta:
        exclude = ("sign",)


class MechanismListQuery(ConceptListQuery):
    class Meta:
        exclude = ("mechanism",)


class FormListQuery(ConceptListQuery):
    class Meta:
        exclude = ("form",)


class FoodListQuery(ConceptListQuery):
    group = slugs("food group", "nuts", "Only foods of this group, by slug.")

    class Meta:
        exclude = ("food",)


class PopulationListQuery(ConceptListQuery):
    class Meta:
        exclude = ("population",)


class ClaimFilters(Schema):
    """By what claims can be filtered."""

    sign = slugs("sign", "fatigue", "Only claims that name this sign, by slug.")
    mechanism = slugs("mechanism", "nmda-receptor", "Only claims that name this mechanism, by slug.")
    form = slugs("form", "magnesium-citrate", "Only claims that name this form, by slug.")
    food = slugs("food", "nuts", "Only claims that name this food, by slug.")
    population = slugs("population", "older-adults", "Only claims that name this population, by slug.")
    reference = slugs("reference", "slutsky-2010", "Only claims that cite this reference, by slug.")
    claim_type = values(ClaimType, "Only claims of this type.", "supplement_effect")
    exposure = values(Exposure, "Only claims about this exposure.", "supplementation")
    effect = values(Effect, "Only claims of this effect.", "decreases")
    certainty = values(Certainty, "Only claims of this certainty.", "moderate")
    stance = values(Stance, "Only claims with a piece of evidence of this stance.", "refutes")
    verdict = values(Verdict, "Only claims with a passage of this verdict.", "overstated")
    evidence_status = values(EvidenceStatus, "Only claims of this evidence status.", "none_gathered")


class ClaimListQuery(ListQuery, ClaimFilters):
    pass


class EvidenceQuery(FormQuery):
    stance = values(Stance, "Only evidence of this stance; meta.filtered then says so.", "refutes")


def normalise_doi(written: str) -> str:
    """A DOI in lower case and without a prefix."""
    doi = written.strip().lower()
    for prefix in DOI_PREFIXES:
        doi = doi.removeprefix(prefix)
    return doi.strip()


def normalise_pmid(written: str) -> str:
    """A PubMed number without a prefix or leading zeros."""
    pmid = written.strip().lower()
    for prefix in ("https://pubmed.ncbi.nlm.nih.gov/", "pmid:", "pmid"):
        pmid = pmid.removeprefix(prefix)
    return pmid.strip().strip("/").lstrip("0")


class Identifier(fields.String):
    """An identifier in one spelling, whatever the case and prefix it was written with."""

    def __init__(self, normalise: Callable[[str], str], pattern: str, documented: str, example: str) -> None:
        """``pattern`` judges the one spelling, ``documented`` says which others are understood."""
        super().__init__(validate=self._check, metadata={"pattern": documented, "maxLength": IDENTIFIER_MAX_LENGTH})
        self.normalise, self.form = normalise, re.compile(pattern)
        self.message = f"is not of the form {example}"

    def _check(self, value: str) -> None:
        if len(value) > IDENTIFIER_MAX_LENGTH or not self.form.fullmatch(value):
            raise ValidationError(self.message)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        return self.normalise(super()._deserialize(value, attr, data, **options))


class ReferenceQuery(ThingQuery, LocaleQuery):
    """What a request for one reference may say."""


class ReferenceListQuery(ListQuery, LocaleQuery):
    doi = any_of(
        Identifier(
            normalise_doi,
            r"10\.\d{4,9}/\S+",
            r"^\s*(?:https?://(?:dx\.)?doi\.org/|doi:)?10\.[0-9]{4,9}/[!-~]+\s*$",
            "10.1016/j.neuron.2009.12.026",
        ),
        "Only the reference with this DOI, in any case, with or without https://doi.org/.",
        "10.1016/j.neuron.2009.12.026",
    )
    pmid = any_of(
        Identifier(
            normalise_pmid,
            r"[1-9][0-9]{0,8}",
            r"^(?:https://pubmed\.ncbi\.nlm\.nih\.gov/|pmid:? ?)?0*[1-9][0-9]{0,8}/?$",
            "20152124",
        ),
        "Only the reference with this PubMed number.",
        "20152124",
    )
    claim = slugs("claim", "nmda-block", "Only references of this claim, by slug.")
    sign = slugs("sign", "fatigue", "Only references of claims that name this sign, by slug.")
    mechanism = slugs("mechanism", "nmda-receptor", "Only references of claims that name this mechanism, by slug.")
    form = slugs("form", "magnesium-citrate", "Only references of claims that name this form, by slug.")
    food = slugs("food", "nuts", "Only references of claims that name this food, by slug.")
    population = slugs("population", "older-adults", "Only references of claims that name this population, by slug.")
    stance = values(Stance, "Only references that take this stance; with 'claim', on that claim.", "refutes")
    study_type = values(StudyType, "Only references of this study type.", "rct")


class ClaimReferencesQuery(ListQuery, LocaleQuery):
    stance = values(Stance, "Only references that take this stance on the claim.", "refutes")


class PassageListQuery(ListQuery):
    verdict = values(Verdict, "Only passages of this verdict.", "overstated")
    section = any_of(
        fields.Integer(validate=validate.Range(min=0, max=1_000)), "Only passages of this section of the article.", "4"
    )
    claim = slugs("claim", "mgt-sleep", "Only passages of this claim, by slug.")
    sign = slugs("sign", "sleep-problems", "Only passages of claims that name this sign, by slug.")


class HealthClaimListQuery(ListQuery):
    jurisdiction = values(Jurisdiction, "Only rows of this jurisdiction.", "eu")
    status = values(HealthClaimStatus, "Only rows of this status.", "authorised")
    sign = slugs("sign", "fatigue", "Only rows that touch this sign, by slug.")
    form = slugs("form", "magnesium-l-threonate", "Only rows that touch this form, by slug.")
    claim = slugs("claim", "eu-claims", "Only rows that touch this claim, by slug.")


class IntakeListQuery(ListQuery):
    measure = values(Measure, "Only rows of this measure.", "ul")
    authority = any_of(
        fields.String(validate=validate.Length(min=1, max=200), metadata={"pattern": NO_NUL}),
        "Only rows of authorities whose name contains this text, in either language.",
        "EFSA",
    )
    sex = values(Sex, "Only rows for this sex, or for any.", "female")
    age = fields.Float(
        validate=validate.Range(min=0, max=150),
        metadata={"description": "Only rows that hold for a person of this age, in years.", "example": 35},
    )


class SafetyListQuery(ListQuery):
    safety_type = values(SafetyType, "Only rows of this type.", "red_flag")
    urgency = values(Urgency, "Only rows of this urgency.", "emergency")
    sign = slugs("sign", "headache", "Only rows about this sign, by slug.")
    claim = slugs("claim", "tetracycline-uptake", "Only rows about this claim, by slug.")
    population = slugs("population", "kidney-disease", "Only rows about this population, by slug.")


class SectionListQuery(ListQuery):
    pass
