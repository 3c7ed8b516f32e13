"""Changesets: several writes that become one revision, all of them or none."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response
from flask.views import MethodView
from sqlalchemy.orm import Session

from kb_api.editing import Outcome, Write, merge_patch, read_standing
from kb_api.errors import Fault, InvalidInputError
from kb_api.models import Revision
from kb_api.queries.revisions import select_revisions
from kb_api.queries.slugs import get_head
from kb_api.schemas.documents_editing import ChangesetDocument, ProposalDocument
from kb_api.schemas.writing import ChangesetInput, DryRunQuery, OnceHeaders, WriteOperation
from kb_api.shapes.revisions import revision_url, shape_revision
from kb_api.views.authorising import needs, refusals
from kb_api.views.blueprint import Blueprint
from kb_api.views.editing import PROPOSED
from kb_api.views.reading import Reading
from kb_api.views.writing import carry_out, load_record, shape_outcome
from kb_api.vocabulary import Kind, Operation, Scope

blueprint = Blueprint(
    "changesets", __name__, url_prefix="/v1/changesets", description="Several writes as one revision, all or nothing."
)


@blueprint.route("", endpoint="create_changeset")
class Changesets(MethodView):
    @needs(Scope.EDITOR)
    @blueprint.doc(responses=refusals("404", "409", "410", "412"))
    @blueprint.arguments(DryRunQuery, location="query")
    @blueprint.arguments(OnceHeaders, location="headers")
    @blueprint.arguments(ChangesetInput, location="json")
    @blueprint.alt_response(202, schema=ProposalDocument, description=PROPOSED)
    @blueprint.response(201, ChangesetDocument)
    def post(self, query: dict[str, Any], _headers: dict[str, Any], changeset: dict[str, Any]) -> Response:
        """Make several changes at once

        One revision, all or nothing: a thing and what links to it can be retracted together, two signs can change
        places, a rename and a revision go together. Each write says the version that it was made from.
        """
        return carry_out(
            query,
            lambda session: make_writes(session, changeset["writes"]),
            message=changeset["message"],
            answer=_answer_changeset,
        )


def make_writes(session: Session, written: Sequence[Mapping[str, Any]]) -> list[Write]:
    """The writes that a request spells out. Raises ``InvalidInputError`` with the faults of all of them."""
    writes: list[Write] = []
    faults: list[Fault] = []
    for position, each in enumerate(written):
        try:
            writes.append(_make_write(session, each, f"/writes/{position}"))
        except InvalidInputError as error:
            faults += error.faults
    if faults:
        raise InvalidInputError(faults)
    return writes


def _make_write(session: Session, written: Mapping[str, Any], pointer: str) -> Write:
    kind, operation = Kind(written["kind"]), WriteOperation(written["operation"])
    if operation is WriteOperation.RETRACT:
        return Write(
            Operation.RETRACT,
            kind,
            written["slug"],
            expected_revision=written["revision"],
            reason=written["reason"],
            successor=written.get("successor"),
            pointer=pointer,
        )
    given = written["record"]
    if operation is WriteOperation.PATCH:
        given = merge_patch(_read_record(session, kind, written["slug"]), given)
    record = load_record(kind, given, f"{pointer}/record")
    if operation is WriteOperation.CREATE:
        if written.get("slug", record["slug"]) != record["slug"]:
            raise InvalidInputError([Fault("is not the slug of the record", pointer=f"{pointer}/slug")])
        return Write(Operation.CREATE, kind, record["slug"], record, pointer=f"{pointer}/record")
    return Write(
        Operation.UPDATE,
        kind,
        written["slug"],
        record,
        expected_revision=written["revision"],
        pointer=f"{pointer}/record",
    )


def _read_record(session: Session, kind: Kind, slug: str) -> dict[str, Any]:
    """What a patch is applied to. Raises what a reader would be told when nothing stands there."""
    standing = read_standing(session, [(kind, slug)]).get((kind, slug))
    if standing is None or standing.retraction_reason is not None:
        get_head(session, kind, slug)  # Raises what a reader would be told.
    return (standing.record if standing else None) or {}


def _answer_changeset(reading: Reading, outcome: Outcome) -> Response:
    changes = shape_outcome(outcome)
    if outcome.revision is None:
        reading.tag()
        return reading.answer({"changes": []}, dry_run=reading.query["dry_run"] or None)
    row = reading.session.execute(select_revisions().where(Revision.number == outcome.revision)).one()
    reading.tag(outcome.revision)
    url = revision_url(outcome.revision)
    data = shape_revision(row) | {"changes": changes}
    response = reading.answer(data, links={"self": url}, dry_run=reading.query["dry_run"] or None)
    if not reading.query["dry_run"]:
        response.status_code = 201
        response.headers["Location"] = url
    return response
