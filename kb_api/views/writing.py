"""From a writing request to its answer: version, dry run, repetition, two persons, commit.

Rule: every view that changes anything is carried out here; it commits once, and a dry run never does.
"""

from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any

import orjson
from flask import Response, request
from marshmallow import ValidationError
from sqlalchemy.orm import Session

from kb_api.editing import Outcome, Write, apply_writes, compare_records, lock_clock
from kb_api.editing.proposals import get_proposal, list_events, open_proposal, weigh_proposal
from kb_api.editing.remembering import HEADER, Once, claim, release, remember
from kb_api.errors import Fault, InvalidInputError, StaleVersionError, UnconditionalWriteError
from kb_api.models import RememberedAnswer
from kb_api.queries.details import get_details
from kb_api.queries.slugs import get_head
from kb_api.schemas.base import messages_of
from kb_api.schemas.records import RECORDS
from kb_api.shapes.links import Shape, url_of
from kb_api.shapes.proposals import proposal_url, shape_proposal_detail
from kb_api.shapes.revisions import shape_change, shape_differences
from kb_api.views.authorising import current_editor
from kb_api.views.blueprint import body_faults
from kb_api.views.reading import Reading, canonical_query, database, settings
from kb_api.vocabulary import Kind, Operation, Scope

KEPT_HEADERS = ("Content-Type", "Location", "ETag", "Content-Language", "KB-Revision")
"""The headers that a remembered answer is given again with."""

MakeWrites = Callable[[Session], list[Write]]
ShapeAnswer = Callable[[Reading, Outcome], Response]


def carry_out(query: Mapping[str, Any], make_writes: MakeWrites, *, message: str, answer: ShapeAnswer) -> Response:
    """Apply the writes as one revision and answer; under the two-person rule, an editor's become a proposal."""
    editor = current_editor()
    is_proposal = settings().two_person_rule and editor.scope is Scope.EDITOR and not query["dry_run"]

    def do(session: Session) -> Response:
        lock_clock(session)
        writes = make_writes(session)
        if is_proposal:
            interest = query.get("conflict_of_interest")
            number = open_proposal(session, writes, author=editor, message=message, conflict_of_interest=interest)
            return answer_proposal(Reading(session, query), number, status=202)
        outcome = apply_writes(session, writes, author=editor.name, message=message)
        return answer(Reading(session, query), outcome)

    return try_out(do) if query["dry_run"] else do_once(do)


def try_out(do: Callable[[Session], Response]) -> Response:
    """Do it and roll back. What is answered is no version that anybody could have read, so it has no ETag."""
    with database().write() as session:
        response = do(session)
        for header in ("ETag", "KB-Revision"):
            response.headers.pop(header, None)
        return response


def do_once(do: Callable[[Session], Response]) -> Response:
    """Do it in one transaction and commit; a repeated request is answered what the first one was."""
    once = _read_once()
    if once is not None and (remembered := _claim(once)) is not None:
        return _answer_again(remembered)
    is_done = False
    try:
        with database().write() as session:
            response = do(session)
            if once is not None:
                kept = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
                remember(session, once, status=response.status_code, headers=kept, body=response.get_data(as_text=True))
            session.commit()
            is_done = True
            return response
    finally:
        if once is not None and not is_done:
            _release(once)


def check_version(session: Session, kind: Kind, slug: str) -> int:
    """The version that the request was made from, which is the one that stands.

    Raises what a reader would be told when nothing stands there, ``UnconditionalWriteError`` without ``If-Match``,
    ``StaleVersionError`` when the thing has changed.
    """
    head = get_head(session, kind, slug)
    check_if_match(kind, slug, head.revision)
    return head.revision


def check_if_match(kind: str, slug: str, current: int) -> None:
    """Only the part of an ETag that stands for the thing counts."""
    if "If-Match" not in request.headers:
        raise UnconditionalWriteError("say which version this was made from: send If-Match with the ETag that you read")
    if request.if_match.star_tag:
        raise UnconditionalWriteError("'*' would overwrite what you have not read: send If-Match with the ETag")
    # An empty tag ("") is read as None.
    versions = {tag.partition("-")[0] for tag in request.if_match.as_set(include_weak=True) if tag}
    if str(current) not in versions:
        raise StaleVersionError(kind, slug, current)


def load_record(kind: Kind, record: Any, pointer: str = "") -> dict[str, Any]:
    """The record in canonical form. Raises ``InvalidInputError`` with every fault."""
    try:
        loaded: dict[str, Any] = RECORDS[kind].load(record)
    except ValidationError as error:
        raise InvalidInputError(body_faults(messages_of(error), pointer)) from error
    return loaded


def answer_thing(reading: Reading, kind: Kind, slug: str, outcome: Outcome, *, created: bool = False) -> Response:
    """The thing as its own page shows it, with its ETag and what the write changed."""
    head = get_head(reading.session, kind, slug)
    reading.tag(head.revision)
    url = url_of(kind, slug)
    (data,) = get_details(reading.session, kind, [head.id], reading.words)
    response = reading.answer(data, links={"self": url}, **tell_changes(reading, outcome))
    if created and not reading.query["dry_run"]:
        response.status_code = 201
        response.headers["Location"] = url
    return response


def answer_retracted(reading: Reading, write: Write, outcome: Outcome) -> Response:
    """What is left of the thing."""
    reading.tag(outcome.revision)
    url = url_of(write.kind, write.slug)
    successor = write.successor and url_of(write.kind, write.successor)
    data = {"kind": write.kind, "slug": write.slug, "url": url, "revision": outcome.revision}
    data |= {"reason": write.reason, "successor": successor}
    return reading.answer(data, links={"self": url}, **tell_changes(reading, outcome))


def answer_proposal(reading: Reading, number: int, *, status: int = 200, outcome: Outcome | None = None) -> Response:
    """A proposal against what stands; with the changes that it became when it was accepted."""
    proposal = get_proposal(reading.session, number)
    reading.tag(proposal.version)
    events = list_events(reading.session, number)
    data = shape_proposal_detail(proposal, weigh_proposal(reading.session, proposal), events)
    url = proposal_url(number)
    changes = shape_outcome(outcome) if outcome else None
    dry_run = reading.query.get("dry_run") or None
    response = reading.answer(data, links={"self": url}, changes=changes, dry_run=dry_run)
    if not dry_run:
        response.status_code = status
    if response.status_code != 200:
        response.headers["Location"] = url
    return response


def tell_changes(reading: Reading, outcome: Outcome) -> Shape:
    """What ``meta`` says of a write."""
    return {"changes": shape_outcome(outcome), "dry_run": reading.query["dry_run"] or None}


def shape_outcome(outcome: Outcome) -> list[Shape]:
    """Every change of a batch, field by field."""
    shapes = []
    for change, before in zip(outcome.changes, outcome.before, strict=True):
        after = None if change.operation is Operation.RETRACT else change.record
        shape = shape_change(change, outcome.at, former_slug=before.slug if before else None)
        differences = compare_records(before.record if before else None, after)
        shapes.append(shape | {"differences": shape_differences(differences)})
    return shapes


def _read_once() -> Once | None:
    key = request.headers.get(HEADER)
    if key is None or request.method != "POST":
        return None
    if not key.strip() or len(key) > 255 or not key.isprintable():
        raise InvalidInputError([Fault("must be 1 to 255 printable characters", parameter=HEADER)])
    asked = (request.method, request.path, canonical_query(), request.get_json(silent=True))
    return Once(current_editor().name, key, sha256(orjson.dumps(asked, option=orjson.OPT_SORT_KEYS)).hexdigest())


def _claim(once: Once) -> RememberedAnswer | None:
    with database().write() as session:
        remembered = claim(session, once)
        session.commit()
        return remembered


def _release(once: Once) -> None:
    with database().write() as session:
        release(session, once)
        session.commit()


def _answer_again(remembered: RememberedAnswer) -> Response:
    response = Response(remembered.body, status=remembered.status, headers=remembered.headers)
    response.headers["Idempotency-Replayed"] = "true"
    return response
