"""Typos, compounds, and what is left alone."""

import pytest

from kb_api.search.spelling import Vocabulary

WORDS = ["magnesium", "brist", "sömn", "sleep", "kramp", "muskelkramper", "natt", "receptor", "störningar"]


@pytest.fixture
def vocabulary() -> Vocabulary:
    return Vocabulary(WORDS, ["sendrag"], no_targets=["zink"])


@pytest.mark.parametrize(
    ("typo", "mended"),
    [("magnesim", "magnesium"), ("magnesuim", "magnesium"), ("slep", "sleep"), ("sendrga", "sendrag")],
)
def test_a_typo_is_mended_to_the_nearest_word(vocabulary: Vocabulary, typo: str, mended: str) -> None:
    assert vocabulary.mend(typo) == mended


@pytest.mark.parametrize("word", ["xylofon", "abc", "12345", "zinkk", "natr"])
def test_what_is_near_no_word_is_left_alone(vocabulary: Vocabulary, word: str) -> None:
    assert vocabulary.mend(word) is None


def test_a_typo_in_an_inflection_that_is_not_in_use_finds_the_word(vocabulary: Vocabulary) -> None:
    assert vocabulary.mend("storningr") == "storningar"


@pytest.mark.parametrize(
    ("compound", "parts"),
    [("magnesiumbrist", ("magnesium", "brist")), ("nattkramp", ("natt", "kramp")), ("kramper", ())],
)
def test_a_compound_of_words_in_use_is_taken_apart(
    vocabulary: Vocabulary, compound: str, parts: tuple[str, ...]
) -> None:
    assert vocabulary.split(compound) == parts


def test_a_word_finds_its_compounds() -> None:
    vocabulary = Vocabulary(["muskelkramper", "muskel", "kramp"])

    assert vocabulary.compounds_of("kramp") == ["muskelkramper"]


def test_a_word_that_is_in_use_only_with_other_marks_is_told_apart(vocabulary: Vocabulary) -> None:
    assert vocabulary.knows("somn")
    assert not vocabulary.knows_marks("somn")
    assert vocabulary.knows_marks("sömnen")
