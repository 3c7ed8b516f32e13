"""What a question to the record may say in its address."""

from marshmallow import fields, validate

from kb_api.schemas.queries import LIMIT_DEFAULT, LIMIT_MAX, LanguageQuery, LocaleQuery, ThingQuery, cursors, values
from kb_api.schemas.writing import REVISION_MAX
from kb_api.vocabulary import ProposalStatus

FEED_LIMIT = LIMIT_MAX
"""The most changes on a page of the feed, but for a revision that alone has more."""


class PastQuery(ThingQuery):
    """What a request for one thing may say."""

    as_of = fields.Integer(
        validate=validate.Range(min=1, max=REVISION_MAX),
        metadata={
            "description": "A revision: the thing as it stood then, from its own record, without what others said of "
            "it (`counts`, `red_flags`, the links of a concept) and without `include`.",
            "example": 1,
        },
    )


class PastReferenceQuery(PastQuery, LocaleQuery):
    """What a request for one reference may say."""


class RecordQuery(LanguageQuery):
    """What a request for a list from the record may say."""

    limit = fields.Integer(
        load_default=LIMIT_DEFAULT,
        validate=validate.Range(min=1, max=LIMIT_MAX),
        metadata={"description": f"Entries on a page, at most {LIMIT_MAX}.", "example": 20},
    )
    cursor = cursors("WyJsYXRlc3QiLDE2OV0")


class ProposalListQuery(RecordQuery):
    """Which proposals."""

    status = values(ProposalStatus, "Only proposals of this status.", "open")


class FeedQuery(LanguageQuery):
    """Where in the record the feed begins, and how much of it comes at a time."""

    after = fields.Integer(
        load_default=0,
        validate=validate.Range(min=0, max=REVISION_MAX),
        metadata={"description": "The last revision that the reader has whole; 0 is none.", "example": 0},
    )
    limit = fields.Integer(
        load_default=FEED_LIMIT,
        validate=validate.Range(min=1, max=FEED_LIMIT),
        metadata={
            "description": f"Changes on a page, at most {FEED_LIMIT}. A page ends with a whole revision, and so has "
            "more when its first revision alone has more.",
            "example": 200,
        },
    )
    position = fields.Integer(
        validate=validate.Range(min=0, max=REVISION_MAX),
        metadata={
            "description": "Set by links.next only: the feed goes on after this change of the revision after `after`.",
            "example": 199,
        },
    )
