"""How many rows a list has, counted once a revision: counting is linear, and every page of a list says the same.

Rule: a total is remembered under everything that it depends on, the revision first; a list that fits on its page is
not counted at all.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock

REMEMBERED = 4_096
"""A guess: every filter that people use, some hundred bytes each."""

_lock = Lock()
_totals: OrderedDict[Hashable, int] = OrderedDict()


def find_total(key: Hashable, count: Callable[[], int]) -> int:
    """The total under this key; counted when it is asked for the first time."""
    with _lock:
        known = _totals.get(key)
        if known is not None:
            _totals.move_to_end(key)
            return known
    total = count()
    with _lock:
        _totals[key] = total
        while len(_totals) > REMEMBERED:
            _totals.popitem(last=False)
    return total
