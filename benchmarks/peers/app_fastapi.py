"""FastAPI, pydantic and the ORM, as their documentation shows it."""

from typing import Any

from fastapi import FastAPI
from pydantic import AliasPath, BaseModel, ConfigDict, Field
from tables import load_claims, load_references, load_signs, open_session


class Model(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class Link(Model):
    kind: str = Field(validation_alias=AliasPath("thing", "kind"))
    slug: str = Field(validation_alias=AliasPath("thing", "slug"))
    name: str = Field(validation_alias=AliasPath("thing", "label"))
    url: str = Field(validation_alias=AliasPath("thing", "url"))
    role: str


class Head(Model):
    kind: str
    slug: str
    url: str
    revision: int


class Claim(Head):
    text: str = Field(validation_alias="label")
    claim_type: str
    exposure: str
    effect: str
    effect_on: str | None = Field(validation_alias="effect_on_text")
    certainty: str
    certainty_reason: str | None = Field(validation_alias="certainty_reason_text")
    balance: dict[str, int]
    links: list[Link]


class ReferenceLink(Model):
    kind: str
    slug: str
    name: str = Field(validation_alias="label")
    url: str


class Evidence(Model):
    stance: str
    study_type: str = Field(validation_alias=AliasPath("reference", "study_type"))
    note: str | None = Field(validation_alias="note_text")
    reference: ReferenceLink


class Passage(Model):
    section: int
    sentence: int
    says: str | None = Field(validation_alias="says_text")
    verdict: str


class ClaimDetail(Claim):
    subject: str
    evidence_status: str
    note: str | None = Field(validation_alias="note_text")
    evidence: list[Evidence]
    passages: list[Passage]


class Reference(Head):
    title: str = Field(validation_alias="label")
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
    sample: str | None = Field(validation_alias="sample_text")
    finding: str | None = Field(validation_alias="finding_text")
    funding: str | None = Field(validation_alias="funding_text")
    note: str | None = Field(validation_alias="note_text")
    verification: dict[str, Any]


class Sign(Head):
    name: str = Field(validation_alias="label")
    summary: str | None = Field(validation_alias="summary_text")
    aliases: list[str] = Field(validation_alias="alias_list")
    position: int
    body_system: str
    xrefs: list[dict[str, Any]]


class ClaimPage(Model):
    data: list[Claim]
    total: int


class ReferencePage(Model):
    data: list[Reference]
    total: int


class Included(Model):
    claims: list[ClaimDetail]
    references: list[Reference]


class SignPage(Model):
    data: list[Sign]
    included: Included
    total: int


app = FastAPI()


@app.get("/claims")
def list_claims(limit: int = 50) -> ClaimPage:
    with open_session() as session:
        claims, total = load_claims(session, limit)
        return ClaimPage(data=[Claim.model_validate(claim) for claim in claims], total=total)


@app.get("/claims/{slug}/references")
def list_references(slug: str) -> ReferencePage:
    with open_session() as session:
        references = [Reference.model_validate(row) for row in load_references(session, slug)]
        return ReferencePage(data=references, total=len(references))


@app.get("/signs")
def list_signs(mechanism: str) -> SignPage:
    with open_session() as session:
        signs, claims, references = load_signs(session, mechanism)
        included = Included(
            claims=[ClaimDetail.model_validate(claim) for claim in claims],
            references=[Reference.model_validate(row) for row in references],
        )
        return SignPage(data=[Sign.model_validate(sign) for sign in signs], included=included, total=len(signs))
