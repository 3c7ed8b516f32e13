"""What a writing request may say beside the record itself.

Rule: the records are in ``records``; nothing here judges content.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from marshmallow import INCLUDE, Schema, ValidationError, fields, validate, validates_schema

from kb_api.schemas.base import InputSchema, Slug, Text, enum, integer
from kb_api.schemas.queries import NO_NUL, LanguageQuery
from kb_api.vocabulary import Kind

MESSAGE_MAX_LENGTH = 1_000
WRITES_MAX = 500
"""The most writes of one changeset: a guess, above the claims of the most linked thing."""
REVISION_MAX = 2**31 - 1


class WriteQuery(LanguageQuery):
    """What every write may say in its address."""

    dry_run = fields.Boolean(
        load_default=False,
        metadata={"description": "Answer what would change, and change nothing.", "example": True},
    )
    message = Text(
        max_length=MESSAGE_MAX_LENGTH,
        metadata={
            "description": "Why: one sentence for the record.",
            "example": "the erratum of May",
            "pattern": NO_NUL,
        },
    )

    conflict_of_interest = Text(
        max_length=MESSAGE_MAX_LENGTH,
        metadata={
            "description": "Under the two-person rule: an interest that readers of the change should know.",
            "example": "I wrote one of the cited papers.",
            "pattern": NO_NUL,
        },
    )


class DryRunQuery(LanguageQuery):
    """What a write with its message in the body may say in its address."""

    dry_run = fields.Boolean(
        load_default=False,
        metadata={"description": "Answer what would change, and change nothing.", "example": True},
    )


class VersionHeaders(Schema):
    """The version that the write was made from."""

    if_match = fields.String(
        data_key="If-Match",
        metadata={
            "description": "The ETag that the thing was read with: 428 without, 412 when it has changed since. Only "
            "the part before the first hyphen counts, so any language, `include` or encoding serves; `*` is refused.",
            "example": '"12-40-5b1f0e2a9c3d4e6f"',
        },
    )


class OnceHeaders(Schema):
    """How a repeated request is told from a second one."""

    idempotency_key = fields.String(
        data_key="Idempotency-Key",
        validate=validate.Length(min=1, max=255),
        metadata={
            "description": "Any text of your own, new for each request. The same key and body within 24 hours gives "
            "the first answer again, another body 422, a first request that is still under way 409.",
            "example": "4f6c2d0e-add-evidence",
        },
    )


class MergePatch(Schema):
    """The fields of a record that change; it documents only, what comes of it is judged as a record."""

    class Meta:
        unknown = INCLUDE


class RetractionInput(InputSchema):
    """Why a thing is retracted, and what takes its place."""

    reason = Text(required=True, max_length=MESSAGE_MAX_LENGTH, metadata={"example": "merged with another claim"})
    successor = Slug(metadata={"description": "The slug of a thing of the same kind."})


class WriteOperation(StrEnum):
    """What one write of a changeset does."""

    CREATE = "create"
    UPDATE = "update"
    PATCH = "patch"
    RETRACT = "retract"


class WriteInput(InputSchema):
    """One write of a changeset.

    ``create`` and ``update`` take a whole ``record``, ``patch`` an RFC 7396 merge patch, ``retract`` a ``reason`` and
    perhaps a ``successor``. All but ``create`` say the ``revision`` that the thing was read at.
    """

    operation = enum(WriteOperation, required=True)
    kind = enum(Kind, required=True)
    slug = Slug(metadata={"description": "The slug of the thing as it stands; not needed to create."})
    revision = integer(
        minimum=1,
        maximum=REVISION_MAX,
        metadata={"description": "The thing's `revision` as it was read; 412 when it has changed since."},
    )
    record = fields.Dict(keys=fields.String())
    reason = Text(max_length=MESSAGE_MAX_LENGTH)
    successor = Slug()

    @validates_schema
    def check_parts(self, data: Mapping[str, Any], **_: Any) -> None:
        needed, allowed = PARTS_OF_WRITES[WriteOperation(data["operation"])]
        missing = {key: ["is needed here"] for key in needed if data.get(key) is None}
        unwanted = {key: ["has no meaning here"] for key in data.keys() - allowed - {"operation", "kind"}}
        if missing or unwanted:
            raise ValidationError(missing | unwanted)


PARTS_OF_WRITES: dict[WriteOperation, tuple[set[str], set[str]]] = {
    WriteOperation.CREATE: ({"record"}, {"record", "slug"}),
    WriteOperation.UPDATE: ({"slug", "revision", "record"}, {"slug", "revision", "record"}),
    WriteOperation.PATCH: ({"slug", "revision", "record"}, {"slug", "revision", "record"}),
    WriteOperation.RETRACT: ({"slug", "revision", "reason"}, {"slug", "revision", "reason", "successor"}),
}
"""Operation → what a write of it needs, and what it may have."""


class ChangesetInput(InputSchema):
    """Several writes that become one revision, or none at all."""

    message = Text(required=True, max_length=MESSAGE_MAX_LENGTH, metadata={"example": "merge two references"})
    writes = fields.List(fields.Nested(WriteInput), required=True, validate=validate.Length(min=1, max=WRITES_MAX))


class ProposalInput(ChangesetInput):
    """Writes that another editor is to accept."""

    conflict_of_interest = Text(
        max_length=MESSAGE_MAX_LENGTH,
        metadata={"description": "An interest that readers of the change should know, or that there is none."},
    )
    comment = Text()


class CommentInput(InputSchema):
    """Something to say about a proposal."""

    comment = Text(required=True)


class AcceptanceInput(InputSchema):
    """Perhaps with a word to it."""

    comment = Text()


class RejectionInput(InputSchema):
    """With the reason."""

    comment = Text(required=True, metadata={"description": "Why."})
