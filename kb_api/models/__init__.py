"""Every table, typed. Import tables from here; the modules inside only split them by subject."""

from typing import Any

from kb_api.models.access import ApiKey, RememberedAnswer
from kb_api.models.base import Base, Wording
from kb_api.models.claims import Claim, ClaimLink, Evidence, LinkCount, Passage
from kb_api.models.facts import HealthClaim, Intake, Relation, Safety
from kb_api.models.proposals import Proposal, ProposalEvent
from kb_api.models.references import Notice, Reference
from kb_api.models.revisions import Change, Clock, FormerSlug, LoadedRecord, Revision
from kb_api.models.search import SEARCH_TABLES, SearchEntry, SearchName, SearchTerm, SearchTotal, SearchWord
from kb_api.models.things import Food, Form, Mechanism, Population, Section, Sign, Thing
from kb_api.vocabulary import Kind

TABLES: dict[Kind, Any] = {
    Kind.SIGN: Sign,
    Kind.MECHANISM: Mechanism,
    Kind.FORM: Form,
    Kind.FOOD: Food,
    Kind.POPULATION: Population,
    Kind.REFERENCE: Reference,
    Kind.CLAIM: Claim,
    Kind.HEALTH_CLAIM: HealthClaim,
    Kind.SAFETY: Safety,
    Kind.INTAKE: Intake,
    Kind.SECTION: Section,
}
"""Kind → the table that details it."""

DERIVED_TABLES = [LinkCount.__table__, *SEARCH_TABLES]
"""All that is derived: a copy or a backup leaves it out and makes it anew."""

__all__ = [
    "DERIVED_TABLES",
    "TABLES",
    "ApiKey",
    "Base",
    "Change",
    "Claim",
    "ClaimLink",
    "Clock",
    "Evidence",
    "Food",
    "Form",
    "FormerSlug",
    "HealthClaim",
    "Intake",
    "LinkCount",
    "LoadedRecord",
    "Mechanism",
    "Notice",
    "Passage",
    "Population",
    "Proposal",
    "ProposalEvent",
    "Reference",
    "Relation",
    "RememberedAnswer",
    "Revision",
    "Safety",
    "SearchEntry",
    "SearchName",
    "SearchTerm",
    "SearchTotal",
    "SearchWord",
    "Section",
    "Sign",
    "Thing",
    "Wording",
]
