"""The entries of an export, as an import may read them; the record inside is judged by the schema of its kind.

Rule: what is no entry, or an entry of a version that this package does not know, is refused by name.
"""

from marshmallow import fields, validate

from kb_api.schemas.base import InputSchema, Slug, Text, enum, integer
from kb_api.vocabulary import Kind, Operation

REVISION_MAX = 2**31 - 1


class HeadEntry(InputSchema):
    """The first entry: what the document is, and how much of it there is."""

    entry = fields.String(required=True)
    format = fields.String(required=True, validate=validate.Equal("kb-api-export"))
    version = fields.Integer(required=True, validate=validate.Equal(1))
    revision = integer(maximum=REVISION_MAX, required=True)
    revisions = integer(maximum=REVISION_MAX, required=True)
    changes = integer(maximum=REVISION_MAX, required=True)


class RevisionEntry(InputSchema):
    """One revision: when, who, why."""

    entry = fields.String(required=True)
    number = integer(minimum=1, maximum=REVISION_MAX, required=True)
    at = fields.AwareDateTime(required=True)
    author = fields.String(required=True, validate=validate.Length(max=200))
    message = fields.String(required=True)


class ChangeEntry(InputSchema):
    """What a revision did to one thing, with the record after it; of a retraction, the reason and the successor."""

    entry = fields.String(required=True)
    revision = integer(minimum=1, maximum=REVISION_MAX, required=True)
    position = integer(maximum=REVISION_MAX, required=True)
    kind = enum(Kind, required=True)
    slug = Slug(required=True)
    former_slug = Slug()
    operation = enum(Operation, required=True)
    current = fields.Boolean(required=True)
    changed = fields.List(fields.String(), required=True, data_key="fields", attribute="fields")
    record = fields.Dict(keys=fields.String(), required=True)


class RetractionRecord(InputSchema):
    """What stands in the place of a record after a retraction."""

    reason = Text(required=True)
    successor = Slug(allow_none=True)


ENTRIES: dict[str, InputSchema] = {"head": HeadEntry(), "revision": RevisionEntry(), "change": ChangeEntry()}
"""What an entry calls itself → its schema."""

RETRACTION = RetractionRecord()
