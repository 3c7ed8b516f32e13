"""The content of the claims: what the knowledge base promises of itself, one test a rule."""

from collections import defaultdict

import pytest

from kb_api.folders import find_folder
from kb_api.seeding import check_seed
from kb_api.vocabulary import Kind

Records = dict[str, dict]


@pytest.fixture(scope="module")
def records() -> dict[Kind, Records]:
    """Every record of the seed, by kind and slug."""
    by_kind: dict[Kind, Records] = defaultdict(dict)
    for kind, record in check_seed(find_folder("seed"))[0]:
        by_kind[kind][record["slug"]] = record
    return by_kind


@pytest.fixture(scope="module")
def claims(records: dict[Kind, Records]) -> Records:
    return records[Kind.CLAIM]


def names(claim: dict, kind: str, slug: str) -> bool:
    return any(link["kind"] == kind and link["slug"] == slug for link in claim["links"])


def test_every_sentence_of_the_article_is_accounted_for(records: dict[Kind, Records], claims: Records) -> None:
    passages = {(p["section"], p["sentence"]) for claim in claims.values() for p in claim["passages"]}

    for section in records[Kind.SECTION].values():
        unclaimed = {sentence["sentence"] for sentence in section["unclaimed"]}
        for sentence in range(1, section["sentence_count"] + 1):
            assert (section["number"], sentence) in passages or sentence in unclaimed


def test_the_article_has_fourteen_sections_and_fifty_five_sentences(records: dict[Kind, Records]) -> None:
    sections = records[Kind.SECTION].values()

    assert len(sections) == 14
    assert sum(section["sentence_count"] for section in sections) == 55


@pytest.mark.parametrize("position", range(1, 12))
def test_each_sign_has_claims_on_deficiency_and_on_supplements(
    records: dict[Kind, Records], claims: Records, position: int
) -> None:
    sign = next(slug for slug, record in records[Kind.SIGN].items() if record["position"] == position)
    about = [claim for claim in claims.values() if names(claim, "sign", sign)]

    assert any(claim["exposure"] == "deficiency" for claim in about)
    assert any(claim["exposure"] == "supplementation" for claim in about)


def test_a_claim_without_evidence_says_what_was_looked_at_or_how_it_was_derived(claims: Records) -> None:
    for claim in claims.values():
        if not claim["evidence"]:
            assert claim.get("looked_at") or claim.get("derivation"), claim["slug"]


def test_claims_are_atomic_sentences(claims: Records) -> None:
    for claim in claims.values():
        for text in claim["text"].values():
            assert len(text) <= 320, claim["slug"]


def test_the_reversed_fact_of_the_article_is_marked_as_an_error(claims: Records) -> None:
    claim = claims["substance-p-pain-signal"]

    assert claim["text"]["sv"] == "Substans P är en neuropeptid som förmedlar smärtsignaler."
    assert [passage["verdict"] for passage in claim["passages"]] == ["error"]


@pytest.mark.parametrize(
    "slug", ["supplement-cramps", "low-intake-prevalence", "paraesthesia-early-sign", "signs-identify-deficiency"]
)
def test_evidence_against_the_article_is_there(claims: Records, slug: str) -> None:
    assert "refutes" in [piece["stance"] for piece in claims[slug]["evidence"]]


def test_evidence_never_speaks_of_a_reference_without_identifier_or_address(records: dict[Kind, Records]) -> None:
    for reference in records[Kind.REFERENCE].values():
        assert reference.get("doi") or reference.get("pmid") or reference["source_url"].startswith("http")


def test_no_recommended_dose_is_stated_without_authority_unit_and_source(records: dict[Kind, Records]) -> None:
    for intake in records[Kind.INTAKE].values():
        assert intake["authority"]
        assert intake["unit"]
        assert intake["verification"]["source"]


def test_nothing_is_more_than_lowly_certain_without_support(claims: Records) -> None:
    """``article-is-marketing`` reads the article itself; its references are background by nature."""
    for claim in claims.values():
        stances = {piece["stance"] for piece in claim["evidence"]}
        if claim["certainty"] in {"high", "moderate"} and claim["slug"] != "article-is-marketing":
            assert "supports" in stances or claim["evidence_status"] != "listed", claim["slug"]
