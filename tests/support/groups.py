"""Which tests run in one worker, one after another: they share what takes long to start.

The mark ``xdist_group`` would say the same beside each test, but under pytest 9.2 pytest-xdist 3.8 does not see it
(https://github.com/pytest-dev/pytest-xdist/issues/1386).
"""

from xdist.scheduler import LoadScopeScheduling

GROUPS = {
    "tests/hostile/": "hostile",
    "tests/explorer/test_adversity.py": "journeys",
    "tests/explorer/test_journeys.py": "journeys",
    "tests/explorer/test_lighthouse.py": "journeys",
    "tests/explorer/test_speed.py": "journeys",
    "tests/explorer/test_pages.py::test_every_page": "pages",
    "tests/explorer/test_pages.py": "axe",
    "tests/clients/": "clients",
    "tests/test_engines_agree.py": "engines",
    "tests/test_entrance.py": "entrance",
    "tests/test_front.py": "front",
    "tests/views/test_many_workers.py": "workers",
}
"""The beginning of a test's name → its group; the first that fits."""


class GroupScheduling(LoadScopeScheduling):
    """Gives out the groups first, the largest at the head, and then the other tests one by one."""

    def _split_scope(self, nodeid: str) -> str:
        return next((group for beginning, group in GROUPS.items() if nodeid.startswith(beginning)), nodeid)
