"""Phrases of lay language: when they count."""

from typing import Any

import pytest

from kb_api.search.lay_language import LayLanguage
from kb_api.search.text import fold_text, split_words, stem_both

GROUPS: list[dict[str, Any]] = [
    {"sv": ["ont i vaden"], "en": ["charley horse"], "means": ["kramp"]},
    {"sv": ["vad hjälper"], "en": ["what helps"], "means": ["remedy"]},
    {"sv": ["bröd"], "en": ["bread"], "means": ["grains"], "needs_subject": True},
]
LANGUAGE = LayLanguage(GROUPS, plain_words=["hjälper", "helps"], subjects=["magnes"])


@pytest.mark.parametrize(
    ("text", "meanings"),
    [
        ("I vaden har jag ont", {"kramp"}),
        ("a charley horse again", {"kramp"}),
        ("what helps?", {"remedi", "remedy"}),
        ("magnesium helps", set()),
        ("how to bake bread", set()),
        ("is there magnesium in bread", {"grain"}),
    ],
)
def test_a_phrase_counts_where_it_means_what_it_says(text: str, meanings: set[str]) -> None:
    stems = [frozenset(stem_both(word.folded)) for word in split_words(text) if len(word.folded) > 1]

    found = {token for _, phrase in LANGUAGE.find(fold_text(text), stems) for token in phrase.tokens}

    assert found & {"kramp", "remedi", "remedy", "grain"} == meanings
