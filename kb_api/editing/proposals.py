"""Proposals: opened, revised, commented, accepted by another editor, or rejected.

Rule: a proposal changes nothing until it is accepted; then it is one ordinary revision under its author's name, made in
the same transaction in which the proposal is closed. The caller holds the clock and commits.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from kb_api.editing.comparing import Difference, compare_records
from kb_api.editing.keys import Editor
from kb_api.editing.planning import Write
from kb_api.editing.projection import Row
from kb_api.editing.standing import read_standing
from kb_api.editing.writing import Outcome, apply_writes
from kb_api.errors import ConflictError, Fault, ForbiddenError, InvalidInputError, NotFoundError, StaleVersionError
from kb_api.models import Proposal, ProposalEvent
from kb_api.vocabulary import Kind, Operation, ProposalStatus, ProposalStep

OPEN = {ProposalStatus.OPEN, ProposalStatus.REVISED}
STATUS_AFTER = {
    ProposalStep.OPENED: ProposalStatus.OPEN,
    ProposalStep.REVISED: ProposalStatus.REVISED,
    ProposalStep.ACCEPTED: ProposalStatus.ACCEPTED,
    ProposalStep.REJECTED: ProposalStatus.REJECTED,
}
"""Step → the status after it; a comment changes none."""


class Weighed(NamedTuple):
    """One proposed write against what stands now."""

    write: Write
    stands_at: int | None
    moved_on: bool
    differences: list[Difference]


def open_proposal(
    session: Session,
    writes: Sequence[Write],
    *,
    author: Editor,
    message: str,
    conflict_of_interest: str | None = None,
    comment: str | None = None,
) -> int:
    """Store a proposal and return its number. Raises what applying it would raise."""
    _rehearse(session, writes)
    number = session.execute(select(func.coalesce(func.max(Proposal.number), 0))).scalar_one() + 1
    session.add(
        Proposal(
            number=number,
            version=1,
            status=ProposalStatus.OPEN,
            author=author.name,
            message=message,
            conflict_of_interest=conflict_of_interest,
            writes=[_store(write) for write in writes],
        )
    )
    session.flush()
    _record(session, number, author, ProposalStep.OPENED, comment)
    return number


def revise_proposal(
    session: Session,
    proposal: Proposal,
    writes: Sequence[Write],
    *,
    author: Editor,
    message: str,
    conflict_of_interest: str | None = None,
    comment: str | None = None,
) -> None:
    """Put other writes in the place of the proposed ones; only its author does."""
    if proposal.author != author.name:
        raise ForbiddenError(f"only its author, {proposal.author}, revises proposal {proposal.number}")
    _rehearse(session, writes)
    stored = [_store(write) for write in writes]
    changed = {"message": message, "conflict_of_interest": conflict_of_interest, "writes": stored}
    _step(session, proposal, author, ProposalStep.REVISED, comment, **changed)


def comment_on_proposal(session: Session, proposal: Proposal, *, author: Editor, comment: str) -> None:
    """Say something to it, at any time."""
    _record(session, proposal.number, author, ProposalStep.COMMENTED, comment)


def reject_proposal(session: Session, proposal: Proposal, *, author: Editor, comment: str) -> None:
    """Close it; its own author may, too."""
    _step(session, proposal, author, ProposalStep.REJECTED, comment)


def accept_proposal(session: Session, proposal: Proposal, *, author: Editor, comment: str | None = None) -> Outcome:
    """Make it a revision. Raises ``ForbiddenError`` for its author, ``ConflictError`` when what stands moved on."""
    if proposal.author == author.name:
        raise ForbiddenError(f"another editor than its author must accept proposal {proposal.number}")
    _refuse_closed(proposal)
    said = [proposal.message, f"Proposal {proposal.number}, accepted by {author.name}."]
    if proposal.conflict_of_interest:
        said.append(f"Stated interest: {proposal.conflict_of_interest}")
    try:
        outcome = apply_writes(session, read_writes(proposal), author=proposal.author, message="\n".join(said))
    except StaleVersionError as error:
        message = f"{error}; proposal {proposal.number} was made from an earlier version: its author must revise it"
        raise ConflictError(message, [Fault(message, pointer="")]) from error
    if outcome.revision is None:
        raise ConflictError(f"what proposal {proposal.number} would change stands already: reject it")
    _step(session, proposal, author, ProposalStep.ACCEPTED, comment, accepted_as=outcome.revision)
    return outcome


def get_proposal(session: Session, number: int) -> Proposal:
    """The proposal as it is stored now."""
    query = select(Proposal).where(Proposal.number == number).execution_options(populate_existing=True)
    proposal = session.scalars(query).first()
    if proposal is None:
        raise NotFoundError("proposal", str(number))
    return proposal


def select_proposals(statuses: Sequence[str] = ()) -> Any:
    """The proposals, of any status or of some."""
    query = select(
        Proposal.number,
        Proposal.version,
        Proposal.status,
        Proposal.author,
        Proposal.message,
        Proposal.conflict_of_interest,
        Proposal.accepted_as,
    )
    return query.where(Proposal.status.in_(statuses)) if statuses else query


def list_events(session: Session, number: int) -> Sequence[ProposalEvent]:
    """The steps of a proposal, in order."""
    query = select(ProposalEvent).where(ProposalEvent.proposal == number).order_by(ProposalEvent.position)
    return session.scalars(query).all()


def weigh_proposal(session: Session, proposal: Proposal) -> list[Weighed]:
    """Every write against what stands now; of a closed proposal nothing differs any more."""
    writes = read_writes(proposal)
    if proposal.status not in OPEN:
        return [Weighed(write, None, False, []) for write in writes]
    standing = read_standing(session, [(write.kind, write.slug) for write in writes])
    weighed = []
    for write in writes:
        now = standing.get((write.kind, write.slug))
        stands = now if now is not None and now.retraction_reason is None else None
        moved_on = now is not None if write.operation is Operation.CREATE else not _is_as_read(write, stands)
        differences = compare_records(stands.record if stands else None, write.record)
        weighed.append(Weighed(write, stands.revision if stands else None, moved_on, differences))
    return weighed


def read_writes(proposal: Proposal) -> list[Write]:
    """The writes as they were proposed."""
    return [
        Write(
            Operation(stored["operation"]),
            Kind(stored["kind"]),
            stored["slug"],
            stored["record"],
            expected_revision=stored["revision"],
            reason=stored["reason"],
            successor=stored["successor"],
            pointer=f"/writes/{position}/record" if stored["record"] else f"/writes/{position}",
        )
        for position, stored in enumerate(proposal.writes)
    ]


def _is_as_read(write: Write, stands: Any) -> bool:
    return stands is not None and write.expected_revision in {None, stands.revision}


def _store(write: Write) -> Row:
    return {
        "operation": str(write.operation),
        "kind": str(write.kind),
        "slug": write.slug,
        "record": write.record,
        "revision": write.expected_revision,
        "reason": write.reason,
        "successor": write.successor,
    }


def _rehearse(session: Session, writes: Sequence[Write]) -> None:
    """Apply the writes and take them back: what could not be accepted is not proposed."""
    with session.begin_nested() as attempt:
        outcome = apply_writes(session, writes, author="-", message="-")
        attempt.rollback()
    if outcome.revision is None:
        raise InvalidInputError([Fault("changes nothing: all of it stands already", pointer="/writes")])


def _refuse_closed(proposal: Proposal) -> None:
    if proposal.status not in OPEN:
        raise ConflictError(f"proposal {proposal.number} is closed: it was {proposal.status}")


def _step(
    session: Session, proposal: Proposal, author: Editor, step: ProposalStep, comment: str | None, **changed: Any
) -> None:
    """Move the proposal on from the version that was read; the database decides whether that still stands."""
    _refuse_closed(proposal)
    where = (Proposal.number == proposal.number, Proposal.version == proposal.version)
    values = {"version": proposal.version + 1, "status": STATUS_AFTER[step], **changed}
    moved = cast(Any, session.execute(update(Proposal).where(*where).values(values)))
    if moved.rowcount != 1:
        raise StaleVersionError("proposal", str(proposal.number), proposal.version)
    _record(session, proposal.number, author, step, comment)


def _record(session: Session, number: int, author: Editor, step: ProposalStep, comment: str | None) -> None:
    position = select(func.count()).where(ProposalEvent.proposal == number)
    session.execute(
        insert(ProposalEvent).values(
            proposal=number,
            position=session.execute(position).scalar_one(),
            at=datetime.now(UTC),
            author=author.name,
            step=step,
            comment=comment,
        )
    )
