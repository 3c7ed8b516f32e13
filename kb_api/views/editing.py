"""What editors need of every kind: its writes, at the addresses at which it is read, and its record.

Rule: a resource's file says how its kind is read; how it is written is said here once, for all kinds.
"""

from dataclasses import replace
from typing import Any, NamedTuple

from flask import Response, request
from flask.views import MethodView
from sqlalchemy.orm import Session

from kb_api.editing import Write, merge_patch, read_standing
from kb_api.errors import Fault, InvalidInputError
from kb_api.queries.slugs import find_nearest
from kb_api.schemas.documents import DETAILS
from kb_api.schemas.documents_editing import ProposalDocument, RetractedDocument, written_document
from kb_api.schemas.records import RECORDS
from kb_api.schemas.writing import MergePatch, OnceHeaders, RetractionInput, VersionHeaders, WriteQuery
from kb_api.views.authorising import needs, refusals
from kb_api.views.blueprint import Blueprint
from kb_api.views.history import add_record_views
from kb_api.views.writing import answer_retracted, answer_thing, carry_out, check_version, load_record
from kb_api.vocabulary import Kind, Operation, Scope

VERSIONED = refusals("409", "412", "428")
PROPOSED = "Under the two-person rule: the proposal that the write became."
PATCH_BODY = {
    "required": True,
    "description": "A merge patch of the record (RFC 7396): `null` takes a field away, a list replaces the list.",
    "content": {
        media_type: {"schema": MergePatch, "example": {"note": {"en": "Reworded."}}}
        for media_type in ("application/merge-patch+json", "application/json")
    },
}


class Writing(NamedTuple):
    """The writes of a kind as bases of the views that read it: of its list, and of one thing."""

    collection: type[MethodView]
    thing: type[MethodView]


def writing_of(blueprint: Blueprint, kind: Kind) -> Writing:
    """The writing methods of a kind, documented for its blueprint, which also gets the addresses of its record."""
    record = type(RECORDS[kind])
    document = written_document(str(kind).title().replace("_", ""), DETAILS[kind])

    class Collection(MethodView):
        @needs(Scope.EDITOR)
        @blueprint.doc(operationId=f"create_{kind}", responses=refusals("409"))
        @blueprint.arguments(WriteQuery, location="query")
        @blueprint.arguments(OnceHeaders, location="headers")
        @blueprint.arguments(record, location="json")
        @blueprint.alt_response(202, schema=ProposalDocument, description=PROPOSED)
        @blueprint.response(201, document)
        def post(self, query: dict[str, Any], _headers: dict[str, Any], record: dict[str, Any]) -> Response:
            return _create(kind, query, record)

    class Thing(MethodView):
        @needs(Scope.EDITOR)
        @blueprint.doc(operationId=f"replace_{kind}", responses=VERSIONED)
        @blueprint.arguments(WriteQuery, location="query")
        @blueprint.arguments(VersionHeaders, location="headers")
        @blueprint.arguments(record, location="json")
        @blueprint.alt_response(202, schema=ProposalDocument, description=PROPOSED)
        @blueprint.response(200, document)
        def put(self, query: dict[str, Any], _headers: dict[str, Any], record: dict[str, Any], slug: str) -> Response:
            return _replace(kind, slug, query, record)

        @needs(Scope.EDITOR)
        @blueprint.doc(operationId=f"patch_{kind}", requestBody=PATCH_BODY, responses=VERSIONED)
        @blueprint.arguments(WriteQuery, location="query")
        @blueprint.arguments(VersionHeaders, location="headers")
        @blueprint.alt_response(202, schema=ProposalDocument, description=PROPOSED)
        @blueprint.response(200, document)
        def patch(self, query: dict[str, Any], _headers: dict[str, Any], slug: str) -> Response:
            return _patch(kind, slug, query)

        @needs(Scope.EDITOR)
        @blueprint.doc(operationId=f"retract_{kind}", responses=VERSIONED)
        @blueprint.arguments(WriteQuery, location="query")
        @blueprint.arguments(VersionHeaders, location="headers")
        @blueprint.arguments(RetractionInput, location="json")
        @blueprint.alt_response(202, schema=ProposalDocument, description=PROPOSED)
        @blueprint.response(200, RetractedDocument)
        def delete(self, query: dict[str, Any], _headers: dict[str, Any], said: dict[str, Any], slug: str) -> Response:
            return _retract(kind, slug, query, said)

    _describe(kind, Collection, Thing)
    add_record_views(blueprint, kind)
    return Writing(Collection, Thing)


def _describe(kind: Kind, collection: Any, thing: Any) -> None:
    """Docstrings are the public documentation of an operation."""
    name = str(kind).replace("_", " ")
    collection.post.__doc__ = f"""Create one {name}

    The body is the whole record. A slug that a thing has, or once had, is never given again: 409.
    """
    thing.put.__doc__ = f"""Replace one {name}

    The body is the whole record; what it leaves out is gone. A new slug in it renames the thing: everything that names
    it follows, and the old address answers 308.
    """
    thing.patch.__doc__ = f"""Change parts of one {name}

    A JSON Merge Patch of the record: `null` takes a field away, a list replaces the list.
    """
    thing.delete.__doc__ = f"""Retract one {name}

    Afterwards its address answers 410 with the reason and the successor. What still names it is listed in a 409:
    settle it in the same changeset.
    """


def _create(kind: Kind, query: dict[str, Any], record: dict[str, Any]) -> Response:
    slug = record["slug"]
    return carry_out(
        query,
        lambda _: [Write(Operation.CREATE, kind, slug, record)],
        message=query.get("message", f"create {kind} {slug}"),
        answer=lambda reading, outcome: answer_thing(reading, kind, slug, outcome, created=True),
    )


def _replace(kind: Kind, slug: str, query: dict[str, Any], record: dict[str, Any]) -> Response:
    return carry_out(
        query,
        lambda session: [_revise(session, kind, slug, record)],
        message=query.get("message", f"replace {kind} {slug}"),
        answer=lambda reading, outcome: answer_thing(reading, kind, record["slug"], outcome),
    )


def _patch(kind: Kind, slug: str, query: dict[str, Any]) -> Response:
    patch = request.get_json(silent=True)
    _refuse_unknown(kind, patch)
    patched: dict[str, Any] = {}

    def make_writes(session: Session) -> list[Write]:
        version = check_version(session, kind, slug)
        standing = read_standing(session, [(kind, slug)])[kind, slug]
        patched.update(load_record(kind, merge_patch(standing.record, patch)))
        return [Write(Operation.UPDATE, kind, slug, patched, expected_revision=version)]

    return carry_out(
        query,
        make_writes,
        message=query.get("message", f"change {kind} {slug}"),
        answer=lambda reading, outcome: answer_thing(reading, kind, patched["slug"], outcome),
    )


def _retract(kind: Kind, slug: str, query: dict[str, Any], said: dict[str, Any]) -> Response:
    retraction = Write(Operation.RETRACT, kind, slug, reason=said["reason"], successor=said.get("successor"))

    def make_writes(session: Session) -> list[Write]:
        return [replace(retraction, expected_revision=check_version(session, kind, slug))]

    return carry_out(
        query,
        make_writes,
        message=query.get("message", f"retract {kind} {slug}: {said['reason']}"),
        answer=lambda reading, outcome: answer_retracted(reading, retraction, outcome),
    )


def _revise(session: Session, kind: Kind, slug: str, record: dict[str, Any]) -> Write:
    return Write(Operation.UPDATE, kind, slug, record, expected_revision=check_version(session, kind, slug))


def _refuse_unknown(kind: Kind, patch: Any) -> None:
    """A field that no record has is a mistake, also when the patch would take it away."""
    known = list(RECORDS[kind].fields)
    unknown = [key for key in patch if key not in known] if isinstance(patch, dict) else []
    if unknown:
        raise InvalidInputError(
            [Fault("Unknown field.", pointer=f"/{key}", did_you_mean=find_nearest(key, known)) for key in unknown]
        )
