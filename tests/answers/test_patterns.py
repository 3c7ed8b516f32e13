"""Patterns of questions."""

import pytest

from kb_api.answers.patterns import read_asked, read_pattern


@pytest.mark.parametrize(
    ("line", "question", "fits"),
    [
        ("bröst|bröstet ont", "jag har ont i bröstet", True),
        ("bröst|bröstet ont", "jag har ont i magen", False),
        ("chest pain*", "painful chest", True),
        ("=far", "farligt", False),
        ("magnesiumtillskott", "magnesiumtillskotten", True),
        ("taken", "take it", False),
        ("chest pain !ski", "chest pain on a ski lift", False),
        ("cant breathe", "I can't breathe", True),
        ("selfharm", "thoughts of self-harm", True),
    ],
)
def test_a_pattern_fits_when_every_part_is_met(line: str, question: str, fits: bool) -> None:
    assert read_pattern(line).fits(read_asked(question)) is fits


def test_one_word_meets_one_part_only() -> None:
    pattern = read_pattern("pain* pain*")

    assert not pattern.fits(read_asked("chest pain"))
    assert pattern.fits(read_asked("pain and more painful"))


@pytest.mark.parametrize("line", ["!only", "two-words|*", ""])
def test_a_pattern_that_makes_no_sense_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="pattern"):
        read_pattern(line)


def test_a_mended_word_counts_as_well() -> None:
    assert read_pattern("chest pain").fits(read_asked("chets pain", ["chest"]))
