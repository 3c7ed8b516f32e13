"""Ranked search and type-ahead over the seed."""

from collections.abc import Callable

import pytest

from kb_api.database import Database
from kb_api.search import SearchResult, candidates, find, suggest
from kb_api.vocabulary import Kind, Language

Find = Callable[..., SearchResult]


@pytest.fixture
def search(loaded_database: Database) -> Find:
    def run(text: str, **options: object) -> SearchResult:
        with loaded_database.read() as session:
            return find(session, text, **options)  # type: ignore[arg-type]

    return run


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Muscle cramps and spasms", "muscle-cramps"),
        ("muskelkramper och spasmer", "muscle-cramps"),
        ("Magnesium citrate", "magnesium-citrate"),
        ("NMDA receptor", "nmda-receptor"),
        ("slutsky 2010", "slutsky-2010"),
    ],
)
def test_the_exact_name_comes_first(search: Find, text: str, slug: str) -> None:
    assert search(text).hits[0].slug == slug


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("ont i vaderna på natten", "muscle-cramps"),
        ("magnesim for slep", "sleep-problems"),
        ("nattkramper", "muscle-cramps"),
        ("angest", "anxiety"),
        ("sömnstörnig", "sleep-problems"),
        ("MAGTEIN", "magnesium-l-threonate"),
    ],
)
def test_what_people_type_finds_what_they_mean(search: Find, text: str, slug: str) -> None:
    assert slug in [hit.slug for hit in search(text, limit=3).hits]


def test_a_mended_typo_is_told(search: Find) -> None:
    assert search("magnesim for slep").corrected == "magnesium for sleep"
    assert search("magnesium for sleep").corrected is None


def test_a_word_is_found_with_and_without_its_marks(search: Find) -> None:
    with_marks, without = search("förstoppning"), search("forstoppning")

    assert [hit.slug for hit in with_marks.hits[:5]] == [hit.slug for hit in without.hits[:5]]


def test_only_the_kinds_asked_for_are_found(search: Find) -> None:
    assert {hit.kind for hit in search("sleep", kinds=[Kind.CLAIM, Kind.REFERENCE]).hits} == {
        Kind.CLAIM,
        Kind.REFERENCE,
    }


@pytest.mark.parametrize(
    "hostile",
    [
        '"',
        "'",
        "*",
        "NEAR(",
        "a AND",
        "NOT NOT",
        "col:x",
        "^x",
        "😀",
        "()",
        "--",
        "\\",
        "%_",
        "&|!",
        "zkclaim",
        "\ud800",
    ],
)
def test_no_text_is_an_error(search: Find, hostile: str) -> None:
    assert isinstance(search(hostile), SearchResult)
    assert isinstance(search(f"sleep {hostile} cramps"), SearchResult)


def test_a_snippet_is_safe_html_with_the_word_marked(search: Find) -> None:
    snippets = [hit.snippet for hit in search("threonate").hits]

    assert any("<mark>" in snippet for snippet in snippets)
    assert not any("<" in snippet.replace("<mark>", "").replace("</mark>", "") for snippet in snippets)


def test_the_snippet_is_in_the_language_asked_for(search: Find) -> None:
    hits = search("magnesium glycinat", lang=Language.SV, kinds=[Kind.CLAIM]).hits

    assert "<mark>Magnesiumglycinat</mark>" in hits[0].snippet or "<mark>magnesiumglycinat</mark>" in hits[0].snippet


def test_hits_come_in_the_same_order_every_time(search: Find) -> None:
    assert search("magnesium", limit=100).hits == search("magnesium", limit=100).hits


def test_in_a_large_base_only_so_many_matches_are_ranked_and_the_cut_is_told(
    search: Find, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything = {hit.slug for hit in search("sleep", limit=100).hits}
    monkeypatch.setattr(candidates, "LARGE_BASE", 0)
    monkeypatch.setattr(candidates, "CANDIDATES_MAX_IN_LARGE_BASE", 12)

    result = search("sleep", kinds=[Kind.CLAIM])

    assert result.candidates_cut
    assert len(result.hits) == result.total == 12
    assert {hit.slug for hit in result.hits} <= everything


def test_fewer_than_two_letters_suggest_nothing(loaded_database: Database) -> None:
    with loaded_database.read() as session:
        assert suggest(session, "m").hits == []


@pytest.mark.parametrize(
    ("prefix", "slug"), [("sö", "sleep-problems"), ("musk", "muscle-weakness"), ("nmd", "nmda-receptor")]
)
def test_two_letters_suggest_names_that_begin_so(loaded_database: Database, prefix: str, slug: str) -> None:
    with loaded_database.read() as session:
        assert slug in [hit.slug for hit in suggest(session, prefix, lang=Language.SV, limit=5).hits]


def test_a_later_word_of_a_name_is_suggested_too(loaded_database: Database) -> None:
    with loaded_database.read() as session:
        hits = suggest(session, "weakn", lang=Language.EN).hits

    assert "muscle-weakness" in [hit.slug for hit in hits]
