"""What a search may say, and what it gives."""

from marshmallow import fields, validate

from kb_api.schemas.base import OutputSchema
from kb_api.schemas.documents import Links, ListMeta, said
from kb_api.schemas.queries import NO_NUL, LanguageQuery, any_of

QUESTION_MAX_LENGTH = 500
"""Characters; people type a dozen words, and a longer text has no one topic."""

HITS_DEFAULT = 20
HITS_MAX = 100
SEARCHED = ["sign", "mechanism", "form", "food", "population", "claim", "reference", "safety"]


class SearchQuery(LanguageQuery):
    q = fields.String(
        required=True,
        validate=validate.Length(max=QUESTION_MAX_LENGTH, error="is longer than {max} characters"),
        metadata={
            "description": "What to look for; any text, typos and all.",
            "example": "magnesim for slep",
            "pattern": NO_NUL,
        },
    )
    mode = fields.String(
        load_default="search",
        validate=validate.OneOf(["search", "suggest"]),
        metadata={"description": "'suggest' gives names that begin so, from two letters on.", "example": "suggest"},
    )
    kind = any_of(fields.String(validate=validate.OneOf(SEARCHED)), "Only things of this kind.", "claim")
    limit = fields.Integer(
        load_default=HITS_DEFAULT,
        validate=validate.Range(min=1, max=HITS_MAX),
        metadata={"description": f"Hits, at most {HITS_MAX}.", "example": 10},
    )


class SearchHit(OutputSchema):
    """One thing that was found."""

    kind = fields.String(required=True, validate=validate.OneOf(SEARCHED))
    slug = fields.String(required=True)
    name = said("The name; a claim's text, a reference's title.")
    url = fields.String(required=True)
    score = fields.Float(required=True, metadata={"description": "Comparable within one answer only."})
    field = fields.String(required=True, metadata={"description": "The field that the snippet is from."})
    snippet = fields.String(
        required=True, metadata={"description": "HTML: escaped text with the words found in <mark>."}
    )


class SearchMeta(ListMeta):
    corrected = fields.String(metadata={"description": "What was looked for, where a typo was mended."})
    candidates_cut = fields.Boolean(
        metadata={"description": "More matched than are ranked; the least telling matches were left out."}
    )


class SearchDocument(OutputSchema):
    """The hits, best first."""

    data = fields.List(fields.Nested(SearchHit), required=True)
    links = fields.Nested(Links, required=True)
    meta = fields.Nested(SearchMeta, required=True)
