"""API keys: made, recognised, revoked.

Rule: the secret is told once, to whoever makes the key, and is stored nowhere; what is stored cannot be turned back.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from hmac import compare_digest

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from kb_api.errors import Fault, InvalidInputError, UnauthenticatedError
from kb_api.models import ApiKey
from kb_api.models.access import HOLDER_MAX_LENGTH
from kb_api.vocabulary import Scope

PREFIX = "kbk"
"""What a key begins with, so that a scanner of repositories and logs can tell one."""
SECRET_BYTES = 32
PUBLIC_ID_BYTES = 6
RESERVED_HOLDERS = {"seed"}
"""Names under which revisions are recorded that no person made."""
UNKNOWN_DIGEST = "0" * 64
"""Compared with when there is no such key, so that the time taken does not tell whether there is."""


@dataclass(frozen=True)
class Editor:
    """Who makes a request: the name that the record shows, and what the key allows."""

    name: str
    scope: Scope


def create_key(session: Session, *, holder: str, scope: Scope, expires_at: datetime | None = None) -> str:
    """Store a new key and return it; nothing can tell it again. Raises ``InvalidInputError`` for a name that cannot be
    shown in the record."""
    _check_holder(holder)
    public_id, secret = secrets.token_hex(PUBLIC_ID_BYTES), secrets.token_hex(SECRET_BYTES)
    key = ApiKey(
        public_id=public_id,
        digest=_digest(secret),
        holder=holder,
        scope=scope,
        created_at=datetime.now(UTC),
        expires_at=expires_at,
    )
    session.add(key)
    session.flush()
    return f"{PREFIX}_{public_id}_{secret}"


def list_keys(session: Session) -> Sequence[ApiKey]:
    """Every key that was ever made, the oldest first."""
    return session.scalars(select(ApiKey).order_by(ApiKey.created_at, ApiKey.public_id)).all()


def revoke_keys(session: Session, named: str) -> list[str]:
    """Let keys hold no longer: one by its id or by itself, or all that a person holds. Returns their ids.

    Raises ``InvalidInputError`` when there is none.
    """
    public_id = named.split("_")[1] if named.startswith(f"{PREFIX}_") else named
    query = select(ApiKey).where(or_(ApiKey.public_id == public_id, ApiKey.holder == named))
    found = session.scalars(query).all()
    if not found:
        raise InvalidInputError([Fault(f"there is no key '{public_id}': see 'kb-api keys list'", parameter="key")])
    for key in found:
        key.revoked_at = key.revoked_at or datetime.now(UTC)
    session.flush()
    return [key.public_id for key in found]


def recognise(session: Session, written: str) -> Editor:
    """Whose key this is. Raises ``UnauthenticatedError`` for one that is unknown, expired or revoked."""
    prefix, _, rest = written.partition("_")
    public_id, _, secret = rest.partition("_")
    key = session.scalars(select(ApiKey).where(ApiKey.public_id == public_id)).first() if prefix == PREFIX else None
    is_known = compare_digest(_digest(secret), key.digest if key else UNKNOWN_DIGEST)
    if key is None or not is_known:
        raise UnauthenticatedError("this key is not known here")
    if key.revoked_at is not None:
        raise UnauthenticatedError("this key was revoked")
    if key.expires_at is not None and key.expires_at <= datetime.now(UTC):
        raise UnauthenticatedError("this key has expired")
    return Editor(key.holder, Scope(key.scope))


def _check_holder(holder: str) -> None:
    if holder in RESERVED_HOLDERS:
        raise InvalidInputError([Fault(f"'{holder}' is the name of a loader: choose another", parameter="name")])
    if not holder.strip() or len(holder) > HOLDER_MAX_LENGTH or not holder.isprintable():
        message = f"a name has 1 to {HOLDER_MAX_LENGTH} printable characters"
        raise InvalidInputError([Fault(message, parameter="name")])


def _digest(secret: str) -> str:
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
