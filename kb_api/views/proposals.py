"""Proposals: changes that wait for another editor."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Response
from flask.views import MethodView
from sqlalchemy.orm import Session

from kb_api.editing import Outcome, lock_clock
from kb_api.editing.proposals import (
    accept_proposal,
    comment_on_proposal,
    get_proposal,
    open_proposal,
    reject_proposal,
    revise_proposal,
    select_proposals,
)
from kb_api.models import Proposal
from kb_api.schemas.documents_editing import ProposalDocument, ProposalListDocument
from kb_api.schemas.queries import LanguageQuery
from kb_api.schemas.record_queries import ProposalListQuery
from kb_api.schemas.writing import (
    AcceptanceInput,
    CommentInput,
    DryRunQuery,
    OnceHeaders,
    ProposalInput,
    RejectionInput,
    VersionHeaders,
)
from kb_api.shapes.proposals import shape_proposal
from kb_api.views.authorising import current_editor, needs, refusals
from kb_api.views.blueprint import Blueprint
from kb_api.views.changesets import make_writes
from kb_api.views.paging import read_latest
from kb_api.views.reading import Reading, reading
from kb_api.views.writing import answer_proposal, check_if_match, do_once, try_out
from kb_api.vocabulary import Scope

blueprint = Blueprint(
    "proposals", __name__, url_prefix="/v1/proposals", description="Changes that wait for another editor."
)
STEP_REFUSALS = refusals("404", "409", "412", "428")
NUMBER = "/<int(max=2147483647):number>"


@blueprint.route("", endpoint="list_proposals")
class Proposals(MethodView):
    @needs(Scope.READER)
    @blueprint.arguments(ProposalListQuery, location="query")
    @blueprint.response(200, ProposalListDocument)
    def get(self, query: dict[str, Any]) -> Response:
        """List proposals

        The latest first, of any status or of some.
        """
        with reading(query) as request:
            page = read_latest(
                request.session,
                select_proposals(query.get("status", ())),
                Proposal.number,
                cursor=query.get("cursor"),
                limit=query["limit"],
            )
            request.tag()
            return request.answer([shape_proposal(row) for row in page.rows], page=page)

    @needs(Scope.EDITOR)
    @blueprint.doc(operationId="open_proposal", responses=refusals("404", "409", "410", "412"))
    @blueprint.arguments(DryRunQuery, location="query")
    @blueprint.arguments(OnceHeaders, location="headers")
    @blueprint.arguments(ProposalInput, location="json")
    @blueprint.response(201, ProposalDocument)
    def post(self, query: dict[str, Any], _headers: dict[str, Any], said: dict[str, Any]) -> Response:
        """Propose changes

        The writes are those of a changeset. What could not be accepted as things stand is refused at once.
        """

        def do(session: Session) -> Response:
            lock_clock(session)
            number = open_proposal(session, make_writes(session, said["writes"]), **_words(said))
            return answer_proposal(Reading(session, query), number, status=201)

        return try_out(do) if query["dry_run"] else do_once(do)


@blueprint.route(NUMBER, endpoint="get_proposal")
class OneProposal(MethodView):
    @needs(Scope.READER)
    @blueprint.arguments(LanguageQuery, location="query")
    @blueprint.response(200, ProposalDocument)
    def get(self, query: dict[str, Any], number: int) -> Response:
        """Get one proposal

        With its difference to what stands now, whether that has moved on since, and everything that was said.
        """
        with reading(query) as request:
            return answer_proposal(request, number)

    @needs(Scope.EDITOR)
    @blueprint.doc(operationId="revise_proposal", responses=STEP_REFUSALS)
    @blueprint.arguments(DryRunQuery, location="query")
    @blueprint.arguments(VersionHeaders, location="headers")
    @blueprint.arguments(ProposalInput, location="json")
    @blueprint.response(200, ProposalDocument)
    def put(self, query: dict[str, Any], _headers: dict[str, Any], said: dict[str, Any], number: int) -> Response:
        """Revise a proposal

        Its author puts other writes in the place of the proposed ones, for one because what stands has moved on.
        """
        return _step(
            query,
            number,
            lambda session, proposal: revise_proposal(
                session, proposal, make_writes(session, said["writes"]), **_words(said)
            ),
        )


@blueprint.route(f"{NUMBER}/comments", endpoint="comment_on_proposal")
class Comments(MethodView):
    @needs(Scope.EDITOR)
    @blueprint.arguments(DryRunQuery, location="query")
    @blueprint.arguments(OnceHeaders, location="headers")
    @blueprint.arguments(CommentInput, location="json")
    @blueprint.response(201, ProposalDocument)
    def post(self, query: dict[str, Any], _headers: dict[str, Any], said: dict[str, Any], number: int) -> Response:
        """Comment on a proposal

        At any time, also when it is closed.
        """

        def do(session: Session) -> Response:
            lock_clock(session)
            proposal = get_proposal(session, number)
            comment_on_proposal(session, proposal, author=current_editor(), comment=said["comment"])
            return answer_proposal(Reading(session, query), number, status=201)

        return try_out(do) if query["dry_run"] else do_once(do)


@blueprint.route(f"{NUMBER}/acceptance", endpoint="accept_proposal")
class Acceptance(MethodView):
    @needs(Scope.EDITOR)
    @blueprint.doc(responses=STEP_REFUSALS)
    @blueprint.arguments(DryRunQuery, location="query")
    @blueprint.arguments(VersionHeaders, location="headers")
    @blueprint.arguments(AcceptanceInput, location="json")
    @blueprint.response(200, ProposalDocument)
    def post(self, query: dict[str, Any], _headers: dict[str, Any], said: dict[str, Any], number: int) -> Response:
        """Accept a proposal

        Another editor than its author makes it a revision. 409 when what stands has moved on since.
        """
        return _step(
            query,
            number,
            lambda session, proposal: accept_proposal(
                session, proposal, author=current_editor(), comment=said.get("comment")
            ),
        )


@blueprint.route(f"{NUMBER}/rejection", endpoint="reject_proposal")
class Rejection(MethodView):
    @needs(Scope.EDITOR)
    @blueprint.doc(responses=STEP_REFUSALS)
    @blueprint.arguments(DryRunQuery, location="query")
    @blueprint.arguments(VersionHeaders, location="headers")
    @blueprint.arguments(RejectionInput, location="json")
    @blueprint.response(200, ProposalDocument)
    def post(self, query: dict[str, Any], _headers: dict[str, Any], said: dict[str, Any], number: int) -> Response:
        """Reject a proposal

        With the reason. Its author may withdraw it so.
        """
        return _step(
            query,
            number,
            lambda session, proposal: reject_proposal(
                session, proposal, author=current_editor(), comment=said["comment"]
            ),
        )


def _step(query: Mapping[str, Any], number: int, take: Callable[[Session, Proposal], Outcome | None]) -> Response:
    """Take a step from the version that the request has seen."""

    def do(session: Session) -> Response:
        lock_clock(session)
        proposal = get_proposal(session, number)
        check_if_match("proposal", str(number), proposal.version)
        outcome = take(session, proposal)
        return answer_proposal(Reading(session, query), number, outcome=outcome)

    return try_out(do) if query["dry_run"] else do_once(do)


def _words(said: Mapping[str, Any]) -> dict[str, Any]:
    """What a proposal says beside its writes, and whose it is."""
    spoken = {name: said.get(name) for name in ("conflict_of_interest", "comment")}
    return {"author": current_editor(), "message": said["message"], **spoken}
