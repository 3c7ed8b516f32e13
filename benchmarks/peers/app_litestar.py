"""Litestar, msgspec and the ORM, as their documentation shows it."""

from typing import Any

import msgspec
import tables
from litestar import Litestar, get
from tables import load_claims, load_references, load_signs, open_session


class Link(msgspec.Struct):
    kind: str
    slug: str
    name: str | None
    url: str
    role: str | None = None


class Claim(msgspec.Struct):
    kind: str
    slug: str
    url: str
    revision: int
    text: str | None
    claim_type: str
    exposure: str
    effect: str
    effect_on: str | None
    certainty: str
    certainty_reason: str | None
    balance: dict[str, int]
    links: list[Link]


class Evidence(msgspec.Struct):
    stance: str
    study_type: str
    note: str | None
    reference: Link


class Passage(msgspec.Struct):
    section: int
    sentence: int
    says: str | None
    verdict: str


class ClaimDetail(Claim):
    subject: str
    evidence_status: str
    note: str | None
    evidence: list[Evidence]
    passages: list[Passage]


class Reference(msgspec.Struct):
    kind: str
    slug: str
    url: str
    revision: int
    title: str | None
    csl_type: str
    authors: list[dict[str, Any]]
    et_al: bool
    container_title: str | None
    publisher: str | None
    issued: str
    volume: str | None
    issue: str | None
    page: str | None
    article_number: str | None
    doi: str | None
    pmid: str | None
    pmcid: str | None
    source_url: str
    study_type: str
    sample: str | None
    finding: str | None
    funding: str | None
    note: str | None
    verification: dict[str, Any]


class Sign(msgspec.Struct):
    kind: str
    slug: str
    url: str
    revision: int
    name: str | None
    summary: str | None
    aliases: list[str]
    position: int
    body_system: str
    xrefs: list[Any]


class ClaimPage(msgspec.Struct):
    data: list[Claim]
    total: int


class ReferencePage(msgspec.Struct):
    data: list[Reference]
    total: int


class Included(msgspec.Struct):
    claims: list[ClaimDetail]
    references: list[Reference]


class SignPage(msgspec.Struct):
    data: list[Sign]
    included: Included
    total: int


def head(row: tables.Claim | tables.Reference | tables.Sign) -> tuple[str, str, str, int]:
    return row.kind, row.slug, row.url, row.revision


def claim_values(row: tables.Claim) -> tuple[Any, ...]:
    links = [Link(link.thing.kind, link.thing.slug, link.thing.label, link.thing.url, link.role) for link in row.links]
    return (
        *head(row),
        row.label,
        row.claim_type,
        row.exposure,
        row.effect,
        row.effect_on_text,
        row.certainty,
        row.certainty_reason_text,
        row.balance,
        links,
    )


def claim_detail(row: tables.Claim) -> ClaimDetail:
    evidence = [
        Evidence(
            piece.stance,
            piece.reference.study_type,
            piece.note_text,
            Link(piece.reference.kind, piece.reference.slug, piece.reference.label, piece.reference.url),
        )
        for piece in row.evidence
    ]
    passages = [Passage(part.section, part.sentence, part.says_text, part.verdict) for part in row.passages]
    return ClaimDetail(*claim_values(row), row.subject, row.evidence_status, row.note_text, evidence, passages)


def reference(row: tables.Reference) -> Reference:
    return Reference(
        *head(row),
        row.label,
        row.csl_type,
        row.authors,
        row.et_al,
        row.container_title,
        row.publisher,
        row.issued,
        row.volume,
        row.issue,
        row.page,
        row.article_number,
        row.doi,
        row.pmid,
        row.pmcid,
        row.source_url,
        row.study_type,
        row.sample_text,
        row.finding_text,
        row.funding_text,
        row.note_text,
        row.verification,
    )


def sign(row: tables.Sign) -> Sign:
    return Sign(*head(row), row.label, row.summary_text, row.alias_list, row.position, row.body_system, row.xrefs)


@get("/claims", sync_to_thread=False)
def list_claims(limit: int = 50) -> ClaimPage:
    with open_session() as session:
        claims, total = load_claims(session, limit)
        return ClaimPage([Claim(*claim_values(row)) for row in claims], total)


@get("/claims/{slug:str}/references", sync_to_thread=False)
def list_references(slug: str) -> ReferencePage:
    with open_session() as session:
        references = [reference(row) for row in load_references(session, slug)]
        return ReferencePage(references, len(references))


@get("/signs", sync_to_thread=False)
def list_signs(mechanism: str) -> SignPage:
    with open_session() as session:
        signs, claims, references = load_signs(session, mechanism)
        included = Included([claim_detail(row) for row in claims], [reference(row) for row in references])
        return SignPage([sign(row) for row in signs], included, len(signs))


app = Litestar([list_claims, list_references, list_signs], openapi_config=None)
