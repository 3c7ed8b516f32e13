"""Words: folding, stemming, marking."""

import pytest

from kb_api.search.text import fold_text, guess_language, highlight, normalise, split_words, stem_both, stem_text


@pytest.mark.parametrize(("written", "folded"), [("Ångest", "angest"), ("SÖMN", "somn"), ("Café", "cafe")])
def test_marks_and_case_are_folded(written: str, folded: str) -> None:
    assert fold_text(written) == folded


def test_a_decomposed_letter_folds_like_a_composed_one() -> None:
    assert fold_text("a\u030angest") == fold_text("ångest")


@pytest.mark.parametrize(
    ("one", "other", "language"),
    [
        ("kramper", "krampen", "sv"),
        ("sömnen", "sömn", "sv"),
        ("cramps", "cramp", "en"),
        ("headaches", "headache", "en"),
    ],
)
def test_inflections_share_a_stem(one: str, other: str, language: str) -> None:
    assert stem_text(one, language) == stem_text(other, language)


def test_stop_words_are_left_out() -> None:
    assert stem_text("och det är kramp", "sv") == ["kramp"]


def test_a_word_of_unknown_language_has_the_stems_of_both() -> None:
    assert stem_both("forstoppning") == ("forstoppning", "forstoppn")


def test_words_keep_their_place_in_the_text() -> None:
    text = "Ont i vaden!"

    assert [text[word.start : word.end] for word in split_words(text)] == ["Ont", "i", "vaden"]


def test_a_snippet_marks_the_words_and_escapes_the_rest() -> None:
    snippet = highlight("<b>Kramp</b> & spasm", frozenset({"kramp"}))

    assert snippet == "&lt;b&gt;<mark>Kramp</mark>&lt;/b&gt; &amp; spasm"


def test_a_long_text_is_cut_around_the_first_hit() -> None:
    snippet = highlight("ord " * 100 + "kramp " + "ord " * 100, frozenset({"kramp"}))

    assert "<mark>kramp</mark>" in snippet
    assert snippet.startswith("…")
    assert snippet.endswith("…")
    assert len(snippet) < 220


@pytest.mark.parametrize(
    ("text", "language"),
    [("varför får jag kramp", "sv"), ("why do I get cramps", "en"), ("magnesium", None), ("ångest", "sv")],
)
def test_the_language_of_a_question_is_guessed_by_its_small_words(text: str, language: str | None) -> None:
    assert guess_language(text) == language


def test_white_space_is_normalised() -> None:
    assert normalise("  a\t\n b ") == "a b"
