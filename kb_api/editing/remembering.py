"""Requests that may be sent twice: the second gets the first one's answer.

Rule: an answer is remembered in the transaction of the change that it reports, so that neither is ever there without
the other. The claim that comes before is a transaction of its own, so that a second request meets it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kb_api.errors import ConflictError, Fault, InvalidInputError
from kb_api.models import RememberedAnswer

KEPT = timedelta(hours=24)
IN_FLIGHT = timedelta(seconds=60)
"""How long a request may be under way; what took longer was cut off (a guess, far above any deadline of ours)."""
HEADER = "Idempotency-Key"


@dataclass(frozen=True)
class Once:
    """A request that is to be done once: who sent it, under which key, and what it asks."""

    holder: str
    key: str
    fingerprint: str


def claim(session: Session, once: Once) -> RememberedAnswer | None:
    """Begin a request, or find the answer that it was given before. The caller commits.

    Raises ``InvalidInputError`` when the key was used for another request, ``ConflictError`` while the first is under
    way.
    """
    now = datetime.now(UTC)
    session.execute(delete(RememberedAnswer).where(RememberedAnswer.at < now - KEPT))
    standing: RememberedAnswer | None = session.scalars(_select(once).with_for_update()).first()
    if standing is None:
        _insert(session, once, now)
        return None
    if standing.fingerprint != once.fingerprint:
        message = f"'{once.key}' was used for another request in the last 24 hours: choose another"
        raise InvalidInputError([Fault(message, parameter=HEADER)])
    if standing.status is not None:
        return standing
    if standing.at > now - IN_FLIGHT:
        raise _still_in_flight()
    standing.at = now
    session.flush()
    return None


def remember(session: Session, once: Once, *, status: int, headers: dict[str, str], body: str) -> None:
    """Keep the answer, in the transaction of the change."""
    values: dict[str, Any] = {"status": status, "headers": headers, "body": body}
    session.execute(update(RememberedAnswer).where(*_is(once)).values(values))


def release(session: Session, once: Once) -> None:
    """Forget a request that changed nothing, so that it may be sent again, mended."""
    session.execute(delete(RememberedAnswer).where(*_is(once), RememberedAnswer.status.is_(None)))


def _insert(session: Session, once: Once, now: datetime) -> None:
    session.add(RememberedAnswer(holder=once.holder, key=once.key, fingerprint=once.fingerprint, at=now))
    try:
        session.flush()
    except IntegrityError as error:  # PostgreSQL: the same request arrived between the question and the claim.
        raise _still_in_flight() from error


def _still_in_flight() -> ConflictError:
    message = "the first request with this key is still under way: ask again in a moment"
    return ConflictError(message, [Fault(message, parameter=HEADER)])


def _select(once: Once) -> Any:
    return select(RememberedAnswer).where(*_is(once))


def _is(once: Once) -> tuple[Any, ...]:
    return RememberedAnswer.holder == once.holder, RememberedAnswer.key == once.key
