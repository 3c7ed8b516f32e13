"""What a question may say, and the pack that answers it."""

from marshmallow import RAISE, Schema, fields, validate

from kb_api.schemas.base import OutputSchema, enum
from kb_api.schemas.documents import ClaimDetail, Link, Links, Meta, Reference, said
from kb_api.schemas.search import QUESTION_MAX_LENGTH
from kb_api.vocabulary import Stance

REASONS = [
    "emergency",
    "personal_medical_advice",
    "diagnosis_request",
    "dose_for_vulnerable_group",
    "out_of_scope",
    "no_evidence",
]
CLAIMS_DEFAULT = 5
CLAIMS_MAX = 20
TOKENS_DEFAULT = 1_500
TOKENS_MIN = 300
TOKENS_MAX = 8_000


class AnswerQuery(Schema):
    """The language may stand in the address, as everywhere else."""

    lang = fields.String(
        validate=validate.OneOf(["sv", "en"]),
        metadata={"description": "Language of the answer; beats the body.", "example": "sv"},
    )


class AnswerRequest(Schema):
    """A question. It is answered and forgotten."""

    class Meta:
        unknown = RAISE

    question = fields.String(
        required=True,
        validate=[
            validate.Length(max=QUESTION_MAX_LENGTH, error="is longer than {max} characters"),
            validate.Regexp(r"\s*\S", error="is empty"),
        ],
        metadata={"example": "Hjälper magnesium mot nattkramper?"},
    )
    lang = fields.String(
        validate=validate.OneOf(["sv", "en"]),
        metadata={"description": "Language of the answer; else Accept-Language, else the language of the question."},
    )
    limit = fields.Integer(
        load_default=CLAIMS_DEFAULT,
        validate=validate.Range(min=1, max=CLAIMS_MAX),
        metadata={"description": f"Claims, at most {CLAIMS_MAX}."},
    )
    max_tokens = fields.Integer(
        load_default=TOKENS_DEFAULT,
        validate=validate.Range(min=TOKENS_MIN, max=TOKENS_MAX),
        metadata={"description": "The most tokens that `prompt` may take."},
    )


class Citation(OutputSchema):
    """One reference as it is cited for a claim."""

    number = fields.Integer(metadata={"description": "The number of the reference in this answer."})
    stance = enum(Stance)
    short = fields.String(metadata={"description": "Authors and year."})
    full = fields.String(metadata={"description": "Vancouver style."})
    reference = fields.Nested(Link)


class AnsweringClaim(ClaimDetail):
    """A claim that speaks of the question."""

    score = fields.Float(metadata={"description": "Comparable within one answer only."})
    citations = fields.List(fields.Nested(Citation))


class CitedReference(Reference):
    """A reference with its number in this answer."""

    number = fields.Integer()
    short = fields.String()
    full = fields.String()


class AnswerNotice(OutputSchema):
    """What must be said beside the claims: when to seek care, an interaction, an erratum."""

    notice_type = fields.String()
    urgency = fields.String(allow_none=True)
    text = said()
    action = said(nullable=True)
    on = fields.Nested(Link)


class RelatedClaim(Link):
    """A claim near a question that is not answered. It is no answer."""

    is_answer = fields.Boolean(metadata={"description": "Always false."})


class UnansweredPart(OutputSchema):
    """A part of the question that is not answered, and why."""

    question = fields.String()
    reason = fields.String(validate=validate.OneOf(REASONS))
    message = fields.String()


class AnswerPack(OutputSchema):
    """A grounded answer, or a coded abstention; never generated prose."""

    answered = fields.Boolean(required=True)
    reason = fields.String(required=True, allow_none=True, validate=validate.OneOf([*REASONS, None]))
    message = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "What to say to what is not answered, and where to turn."},
    )
    corrected = fields.String(allow_none=True)
    unanswered = fields.List(fields.Nested(UnansweredPart))
    claims = fields.List(fields.Nested(AnsweringClaim), required=True)
    related = fields.List(fields.Nested(RelatedClaim))
    references = fields.List(fields.Nested(CitedReference), required=True)
    notices = fields.List(fields.Nested(AnswerNotice), required=True)
    disclaimer = fields.String(required=True)
    revision = fields.Integer()
    prompt = fields.String(
        required=True, metadata={"description": "The same as compact numbered text to put before a language model."}
    )
    prompt_tokens = fields.Integer(metadata={"description": "How many tokens the prompt takes at most; an estimate."})
    max_tokens = fields.Integer(metadata={"description": "The bound that the prompt was kept within."})


class AnswerDocument(OutputSchema):
    """The answer in the envelope of one thing."""

    data = fields.Nested(AnswerPack, required=True)
    links = fields.Nested(Links, required=True)
    meta = fields.Nested(Meta, required=True)
