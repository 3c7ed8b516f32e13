"""API keys: made, recognised, revoked.

Rule: the secret is told once, to whoever makes the key, and is stored nowhere; what is stored cannot be turned back.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from hmac import compare_digest

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb_api.errors import Fault, InvalidInputError, UnauthenticatedError
from kb_api.models import ApiKey
from kb_api.vocabulary import Scope

PREFIX = "kbk"
"""What a key begins with, so that a scanner of repositories and logs can tell one."""
SECRET_BYTES = 32
PUBLIC_ID_MAX_LENGTH = 16
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
    """Store a new key and return it; nothing can tell it again."""
    if holder in RESERVED_HOLDERS:
        raise InvalidInputError([Fault(f"'{holder}' is the name of a loader: choose another", parameter="name")])
    if expires_at is not None and expires_at <= datetime.now(UTC):
        raise InvalidInputError([Fault("lies in the past: name a moment to come", parameter="expires")])
    public_id, secret = secrets.token_hex(6), secrets.token_hex(SECRET_BYTES)
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
    return session.execute(select(ApiKey).order_by(ApiKey.created_at, ApiKey.public_id)).scalars().all()


def revoke_key(session: Session, public_id: str) -> ApiKey:
    """Let a key hold no longer. Raises ``InvalidInputError`` when there is none."""
    key = session.get(ApiKey, public_id)
    if key is None:
        raise InvalidInputError([Fault(f"there is no key '{public_id}': see 'kb-api keys list'", parameter="id")])
    key.revoked_at = key.revoked_at or datetime.now(UTC)
    session.flush()
    return key


def recognise(session: Session, written: str) -> Editor:
    """Whose key this is. Raises ``UnauthenticatedError`` for one that is unknown, expired or revoked."""
    prefix, _, rest = written.partition("_")
    public_id, _, secret = rest.partition("_")
    key = session.get(ApiKey, public_id) if prefix == PREFIX and len(public_id) <= PUBLIC_ID_MAX_LENGTH else None
    is_known = compare_digest(_digest(secret), key.digest if key else UNKNOWN_DIGEST)
    if key is None or not is_known:
        raise UnauthenticatedError("this key is not known here")
    if key.revoked_at is not None:
        raise UnauthenticatedError("this key was revoked")
    if key.expires_at is not None and key.expires_at <= datetime.now(UTC):
        raise UnauthenticatedError("this key has expired")
    return Editor(key.holder, Scope(key.scope))


def _digest(secret: str) -> str:
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
