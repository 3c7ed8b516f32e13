"""``?include=``: the linked things that an answer brings along, each once, in a constant number of statements.

Rule: what is brought along hangs on the claims that link it; with filters, on the claims that made the match.
"""

from collections.abc import Sequence
from typing import Any

from kb_api.errors import Fault, InvalidInputError
from kb_api.queries.claims import select_claims_of_concepts, select_claims_of_references
from kb_api.queries.concepts import Ids, select_concepts_of_claims
from kb_api.queries.facts import select_facts_about
from kb_api.queries.lists import find_claim_ids
from kb_api.queries.prepared import execute_for
from kb_api.queries.references import select_notices, select_references_of_claims
from kb_api.shapes.links import Shape
from kb_api.shapes.references import shape_notice
from kb_api.views.reading import Reading, check_names, split_list
from kb_api.vocabulary import CONCEPT_KINDS, PLURALS, Kind

INCLUDABLE = [PLURALS[kind] for kind in (Kind.CLAIM, Kind.REFERENCE, *CONCEPT_KINDS, Kind.SAFETY, Kind.HEALTH_CLAIM)]
CLAIMS_MAX = 1_000
"""The most claims that one answer brings along; more is an error that says how to ask for less."""


def include(reading: Reading, kind: Kind, ids: Sequence[int], filters: Ids | None = None) -> Shape | None:
    """What the request asks to be brought along for the things with these keys, under the plural of each kind."""
    names = split_list(reading.query.get("include"))
    if not names:
        return None
    check_names("include", names, INCLUDABLE)
    claim_ids = _find_claim_ids(reading, kind, ids, filters or {})
    wanted = [other for other in PLURALS if PLURALS[other] in names]
    return {PLURALS[other]: _get_included(reading, other, ids, claim_ids) for other in wanted}


def note_references(reading: Reading, reference_ids: Sequence[int]) -> None:
    """Tell in ``meta`` the notices on references that an answer only names."""
    if reference_ids:
        rows = execute_for(reading.session, select_notices, reference_ids)
        reading.note({"notices": [shape_notice(row, reading.words)]} for row in rows)


def _find_claim_ids(reading: Reading, kind: Kind, ids: Sequence[int], filters: Ids) -> list[int]:
    if kind is Kind.CLAIM:
        return list(ids)
    if kind is not Kind.REFERENCE and kind not in CONCEPT_KINDS:
        return []
    select = select_claims_of_references if kind is Kind.REFERENCE else select_claims_of_concepts
    found = find_claim_ids(reading.session, select, ids, filters, at_most=CLAIMS_MAX + 1)
    if len(found) > CLAIMS_MAX:
        message = f"more than {CLAIMS_MAX} claims would be included: narrow the filter or lower 'limit'"
        raise InvalidInputError([Fault(message, parameter="include")])
    return found


def _get_included(reading: Reading, other: Kind, ids: Sequence[int], claim_ids: list[int]) -> list[Any]:
    if other is Kind.CLAIM:
        return reading.gather(other, claim_ids, is_detail=True)
    session = reading.session
    if other is Kind.REFERENCE:
        found = execute_for(session, select_references_of_claims, claim_ids)
    elif other in CONCEPT_KINDS:
        found = execute_for(session, select_concepts_of_claims, claim_ids, other)
    else:
        found = execute_for(session, select_facts_about, ids, other)
    return reading.gather(other, found.scalars().all())
