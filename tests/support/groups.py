"""Which tests run in one worker, one after another: they share what takes long to start.

The mark ``xdist_group`` would say the same beside each test, but under pytest 9.2 pytest-xdist 3.8 does not see it
(https://github.com/pytest-dev/pytest-xdist/issues/1386).
"""

from xdist.scheduler import LoadScopeScheduling

GROUPS = (
    "tests/clients/",
    "tests/explorer/",
    "tests/hostile/",
    "tests/test_engines_agree.py",
    "tests/test_entrance.py",
    "tests/test_front.py",
    "tests/views/test_many_workers.py",
)
"""How the names of the tests of a group begin."""


class GroupScheduling(LoadScopeScheduling):
    """Gives out the groups first, the largest at the head, and then the other tests one by one."""

    def _split_scope(self, nodeid: str) -> str:
        return next((group for group in GROUPS if nodeid.startswith(group)), nodeid)
