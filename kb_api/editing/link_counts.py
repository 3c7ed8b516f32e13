"""How many claims join two things: kept with every write, so that no list has to count a million links.

Rule: the counts are sums over claims; a claim that changes is taken out as it was and counted again as it is.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, cast

from sqlalchemy import Table, bindparam, delete, func, insert, literal, select, update
from sqlalchemy.orm import Session, aliased

from kb_api.models import ClaimLink, Evidence, LinkCount
from kb_api.vocabulary import Joint

CHUNK = 500
"""Claims counted, or things looked up, in one statement."""
Place = tuple[int, int, str]
"""A thing, another, and what joins them."""


class LinkCounts:
    """By how much the counts change within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._changes: Counter[Place] = Counter()

    def take_out(self, claim_ids: Sequence[int]) -> None:
        """These claims are about to change or to go: their rows still stand."""
        for place in _places(self._session, claim_ids):
            self._changes[place] -= 1

    def count(self, claim_ids: Sequence[int]) -> None:
        """These claims stand now, their rows written."""
        for place in _places(self._session, claim_ids):
            self._changes[place] += 1

    def write(self) -> None:
        """Bring the table up to date."""
        changed = {place: change for place, change in self._changes.items() if change}
        things = sorted({place[0] for place in changed})
        table = _table()
        standing: set[Place] = set()
        for chunk in _chunks(things):
            query = select(table.c.thing_id, table.c.other_id, table.c.joint).where(table.c.thing_id.in_(chunk))
            standing |= {(row[0], row[1], row[2]) for row in self._session.execute(query)}
        rows = [
            {"thing": place[0], "other": place[1], "by": place[2], "change": change}
            for place, change in changed.items()
        ]
        known = [row for row in rows if (row["thing"], row["other"], row["by"]) in standing]
        if known:
            here = (
                (table.c.thing_id == bindparam("thing"))
                & (table.c.other_id == bindparam("other"))
                & (table.c.joint == bindparam("by"))
            )
            # What nobody joins any more goes before a count could come to nothing, which the table does not allow.
            ends = delete(table).where(here, table.c.claims + bindparam("change") == 0)
            self._session.execute(ends, known)
            self._session.execute(update(table).where(here).values(claims=table.c.claims + bindparam("change")), known)
        new = [
            {"thing_id": row["thing"], "other_id": row["other"], "joint": row["by"], "claims": row["change"]}
            for row in rows
            if (row["thing"], row["other"], row["by"]) not in standing
        ]
        if new:
            self._session.execute(insert(table), new)


def rebuild_link_counts(session: Session) -> None:
    """Empty the table and fill it from the claims' links and evidence."""
    table = _table()
    session.execute(delete(table))
    named = select(ClaimLink.claim_id, ClaimLink.thing_id).distinct().subquery()
    other = aliased(ClaimLink)
    claims = func.count()
    itself = select(named.c.thing_id, named.c.thing_id.label("other_id"), literal(Joint.ITSELF).label("joint"), claims)
    linked = (
        select(named.c.thing_id, other.thing_id.label("other_id"), other.role, claims)
        .join_from(named, other, (other.claim_id == named.c.claim_id) & (other.thing_id != named.c.thing_id))
        .group_by(named.c.thing_id, other.thing_id, other.role)
    )
    cited = (
        select(named.c.thing_id, Evidence.reference_id, literal(Joint.EVIDENCE).label("joint"), claims)
        .join_from(named, Evidence, Evidence.claim_id == named.c.claim_id)
        .group_by(named.c.thing_id, Evidence.reference_id)
    )
    columns = ["thing_id", "other_id", "joint", "claims"]
    for counted in (itself.group_by(named.c.thing_id), linked, cited):
        session.execute(insert(table).from_select(columns, counted))


def _places(session: Session, claim_ids: Sequence[int]) -> Iterator[Place]:
    """Every place in which each of these claims counts, once a claim."""
    for chunk in _chunks(sorted(claim_ids)):
        links: dict[int, list[Any]] = defaultdict(list)
        query = select(ClaimLink.claim_id, ClaimLink.thing_id, ClaimLink.role).where(ClaimLink.claim_id.in_(chunk))
        for row in session.execute(query):
            links[row.claim_id].append(row)
        cited: dict[int, list[int]] = defaultdict(list)
        evidence = select(Evidence.claim_id, Evidence.reference_id).where(Evidence.claim_id.in_(chunk))
        for claim_id, reference_id in session.execute(evidence):
            cited[claim_id].append(reference_id)
        for claim_id, own in links.items():
            for thing_id in {link.thing_id for link in own}:
                yield thing_id, thing_id, Joint.ITSELF
                yield from ((thing_id, link.thing_id, link.role) for link in own if link.thing_id != thing_id)
                yield from ((thing_id, reference_id, Joint.EVIDENCE) for reference_id in cited[claim_id])


def _chunks(keys: Sequence[int]) -> Iterator[Sequence[int]]:
    return (keys[start : start + CHUNK] for start in range(0, len(keys), CHUNK))


def _table() -> Table:
    return cast(Table, LinkCount.__table__)
