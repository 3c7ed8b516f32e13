"""What goes out of writes and of the record: revisions, changes, proposals."""

from typing import Any

from marshmallow import fields

from kb_api.schemas.base import OutputSchema, enum
from kb_api.schemas.documents import Links, ListMeta, Meta
from kb_api.vocabulary import Kind, Operation, ProposalStatus, ProposalStep


class Difference(OutputSchema):
    """One field, before and after; `null` is a field that was not there."""

    field = fields.String()
    before = fields.Raw(allow_none=True)
    after = fields.Raw(allow_none=True)


class Change(OutputSchema):
    """What one revision did to one thing."""

    revision = fields.Integer(
        metadata={"description": "The number of the revision; of a dry run, the one it would be."}
    )
    at = fields.String(metadata={"format": "date-time"})
    kind = enum(Kind)
    slug = fields.String(metadata={"description": "The slug after the change."})
    url = fields.String()
    operation = enum(Operation)
    fields_ = fields.List(fields.String(), data_key="fields", attribute="fields")
    record = fields.Dict(metadata={"description": "The whole record after the change, as it may be sent back."})
    reason = fields.String(metadata={"description": "Why the thing was retracted."})
    successor = fields.String(allow_none=True, metadata={"description": "What took a retracted thing's place."})
    former_slug = fields.String(metadata={"description": "The slug before a rename."})


class DifferingChange(Change):
    """A change with what it changed, field by field."""

    differences = fields.List(fields.Nested(Difference))


class PassageChange(DifferingChange):
    """What one revision did to one passage, by way of its claim."""

    kind = fields.String()

    class Meta:
        exclude = ("record",)


class WrittenMeta(Meta):
    """What a write did."""

    changes = fields.List(
        fields.Nested(DifferingChange),
        metadata={"description": "What the write changed, or would change; empty when all was as it is."},
    )
    dry_run = fields.Boolean(metadata={"description": "True: nothing was changed."})


class Tombstone(OutputSchema):
    """What is left of a retracted thing."""

    kind = enum(Kind)
    slug = fields.String()
    url = fields.String()
    revision = fields.Integer()
    reason = fields.String()
    successor = fields.String(allow_none=True)


class Revision(OutputSchema):
    """One committed change of the knowledge base."""

    number = fields.Integer()
    at = fields.String(metadata={"format": "date-time"})
    author = fields.String()
    message = fields.String()
    url = fields.String()
    changes = fields.Integer(metadata={"description": "How many things it changed."})


class RevisionDetail(OutputSchema):
    """One revision with everything it changed."""

    number = fields.Integer()
    at = fields.String(metadata={"format": "date-time"})
    author = fields.String()
    message = fields.String()
    url = fields.String()
    changes = fields.List(fields.Nested(DifferingChange))


class FeedMeta(Meta):
    """How far the feed reaches."""

    complete = fields.Boolean(
        metadata={"description": "False: the page ends inside a revision; `links.next` goes on there."}
    )


class ProposalEvent(OutputSchema):
    """One step of a proposal."""

    at = fields.String(metadata={"format": "date-time"})
    author = fields.String()
    step = enum(ProposalStep)
    comment = fields.String(allow_none=True)


class Proposal(OutputSchema):
    """Writes that wait for another editor, or waited."""

    number = fields.Integer()
    version = fields.Integer()
    status = enum(ProposalStatus)
    author = fields.String()
    message = fields.String()
    conflict_of_interest = fields.String(allow_none=True)
    url = fields.String()
    accepted_as = fields.Integer(allow_none=True, metadata={"description": "The revision that it became."})


class ProposedWrite(OutputSchema):
    """One write of a proposal against what stands now."""

    operation = fields.String()
    kind = enum(Kind)
    slug = fields.String()
    revision = fields.Integer(allow_none=True, metadata={"description": "The version that it was made from."})
    stands_at = fields.Integer(allow_none=True, metadata={"description": "The version that stands now."})
    moved_on = fields.Boolean(metadata={"description": "True: what stands has changed since."})
    record = fields.Dict(allow_none=True)
    reason = fields.String(allow_none=True)
    successor = fields.String(allow_none=True)
    differences = fields.List(fields.Nested(Difference))


class ProposalDetail(Proposal):
    """A proposal with its difference to what stands, and every step and word."""

    moved_on = fields.Boolean(metadata={"description": "True: something that it would change has changed since."})
    writes = fields.List(fields.Nested(ProposedWrite))
    events = fields.List(fields.Nested(ProposalEvent))


def envelope(name: str, data: fields.Field[Any], meta: type[OutputSchema]) -> type[OutputSchema]:
    """The envelope of an answer."""
    parts: dict[str, fields.Field[Any]] = {
        "data": data,
        "links": fields.Nested(Links, required=True),
        "meta": fields.Nested(meta, required=True),
    }
    return OutputSchema.from_dict(parts, name=name)  # type: ignore[return-value]


def written_document(title: str, shape: type[OutputSchema]) -> type[OutputSchema]:
    """The envelope of what a write left."""
    return envelope(f"{title}WrittenDocument", fields.Nested(shape, required=True), WrittenMeta)


RetractedDocument = written_document("Retracted", Tombstone)
ChangesetDocument = written_document("Changeset", RevisionDetail)
RevisionDocument = envelope("RevisionDocument", fields.Nested(RevisionDetail, required=True), Meta)
RevisionListDocument = envelope("RevisionListDocument", fields.List(fields.Nested(Revision), required=True), ListMeta)
HistoryDocument = envelope("HistoryDocument", fields.List(fields.Nested(DifferingChange), required=True), ListMeta)
PassageHistoryDocument = envelope(
    "PassageHistoryDocument", fields.List(fields.Nested(PassageChange), required=True), ListMeta
)
RecordDocument = envelope(
    "RecordDocument",
    fields.Dict(required=True, metadata={"description": "The record, as POST and PUT take it."}),
    Meta,
)
FeedDocument = envelope("FeedDocument", fields.List(fields.Nested(Change), required=True), FeedMeta)
ProposalDocument = envelope("ProposalDocument", fields.Nested(ProposalDetail, required=True), Meta)
ProposalListDocument = envelope("ProposalListDocument", fields.List(fields.Nested(Proposal), required=True), ListMeta)
