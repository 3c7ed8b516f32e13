"""Changes: each one a revision, with what it did on record."""

from kb_api.editing.references import Mention, find_mentions
from kb_api.editing.writing import Outcome, Write, apply_writes, changed_fields, read_standing

__all__ = ["Mention", "Outcome", "Write", "apply_writes", "changed_fields", "find_mentions", "read_standing"]
