"""Everything that can go wrong for a caller, one class for each thing a caller can do about it.

Rule: no HTTP here. Which status each class becomes is decided in one table, in ``views/problems.py``.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One named culprit in a request, a record or a file.

    Exactly one of ``parameter`` (a query parameter or header) and ``pointer`` (a JSON pointer into a body) is set.
    """

    message: str
    parameter: str | None = None
    pointer: str | None = None
    did_you_mean: str | None = None


class KnowledgeBaseError(Exception):
    """The root of the family."""


class MalformedBodyError(KnowledgeBaseError):
    """The body cannot be read at all; each fault says where."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(fault.message for fault in faults))
        self.faults = list(faults)


class InvalidInputError(KnowledgeBaseError):
    """What was sent cannot be accepted; each fault names its culprit."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(fault.message for fault in faults))
        self.faults = list(faults)


class NotFoundError(KnowledgeBaseError):
    """No thing of this kind has this slug, nor ever had."""

    def __init__(self, kind: str, slug: str, did_you_mean: str | None = None) -> None:
        super().__init__(f"there is no {kind} '{slug[:120]}'")
        self.kind, self.slug, self.did_you_mean = kind, slug, did_you_mean


class MovedError(KnowledgeBaseError):
    """The thing stands under another slug now."""

    def __init__(self, kind: str, slug: str, new_slug: str) -> None:
        super().__init__(f"{kind} '{slug}' is now '{new_slug}'")
        self.kind, self.slug, self.new_slug = kind, slug, new_slug


class GoneError(KnowledgeBaseError):
    """The thing was retracted, with a reason and perhaps a successor."""

    def __init__(self, kind: str, slug: str, reason: str, successor: str | None) -> None:
        super().__init__(f"{kind} '{slug}' was retracted: {reason}")
        self.kind, self.slug, self.reason, self.successor = kind, slug, reason, successor


class StaleVersionError(KnowledgeBaseError):
    """The thing has changed since the version that the writer read."""

    def __init__(self, kind: str, slug: str, current: int) -> None:
        super().__init__(f"{kind} '{slug}' has changed since: it is now at revision {current}")
        self.kind, self.slug, self.current = kind, slug, current


class ConflictError(KnowledgeBaseError):
    """The change contradicts what stands; the faults say where."""

    def __init__(self, message: str, faults: Sequence[Fault] = ()) -> None:
        super().__init__(message)
        self.faults = list(faults)


class UnauthenticatedError(KnowledgeBaseError):
    """The request needs a key that holds."""


class ForbiddenError(KnowledgeBaseError):
    """The key holds, but it does not allow this."""

    def __init__(self, message: str, needed: str = "") -> None:
        super().__init__(message)
        self.needed = needed


class UnconditionalWriteError(KnowledgeBaseError):
    """The write does not say which version it was made from."""


class NotAcceptableError(KnowledgeBaseError):
    """None of the formats asked for can be given."""

    def __init__(self, message: str, available: Sequence[str]) -> None:
        super().__init__(message)
        self.available = list(available)


class LimitError(KnowledgeBaseError):
    """The request is, or asks for, more than the service allows. ``name`` is the setting that says how much."""

    def __init__(
        self, name: str, maximum: float | str, message: str, *, faults: Sequence[Fault] = (), retry_after: int = 0
    ) -> None:
        super().__init__(message)
        self.name, self.maximum, self.faults, self.retry_after_seconds = name, maximum, list(faults), retry_after


class StorageError(KnowledgeBaseError):
    """The database cannot do it now; the same request may work later."""


class OutOfSpaceError(StorageError):
    """The database has no room left; the same request may work once an operator has made some."""


class OverdueError(StorageError):
    """The database needed longer for it than a request may wait; one that asks for less may be answered."""


class SettingsError(KnowledgeBaseError):
    """A setting is missing or makes no sense."""
