"""Changes: each one a revision, with what it did on record."""

from kb_api.editing.comparing import Difference, changed_fields, compare_records, merge_patch
from kb_api.editing.planning import Write
from kb_api.editing.references import Mention, find_mentions
from kb_api.editing.standing import Standing, read_standing
from kb_api.editing.writing import Outcome, apply_writes, lock_clock

__all__ = [
    "Difference",
    "Mention",
    "Outcome",
    "Standing",
    "Write",
    "apply_writes",
    "changed_fields",
    "compare_records",
    "find_mentions",
    "lock_clock",
    "merge_patch",
    "read_standing",
]
