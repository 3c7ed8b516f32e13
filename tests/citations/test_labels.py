"""The short name of a reference."""

import pytest

from kb_api.citations import format_short

from .factories import make_reference

_FAMILIES = [{"family": "Slutsky"}, {"family": "Abumaria"}, {"family": "Wu"}]


@pytest.mark.parametrize(
    ("authors", "et_al", "label"),
    [
        (_FAMILIES, False, "Slutsky et al. 2010"),
        (_FAMILIES[:2], False, "Slutsky & Abumaria 2010"),
        (_FAMILIES[:1], False, "Slutsky 2010"),
        (_FAMILIES[:1], True, "Slutsky et al. 2010"),
        ([{"family": "de Baaij", "given": "J."}], False, "de Baaij 2010"),
        ([{"literal": "Livsmedelsverket"}], False, "Livsmedelsverket 2010"),
        ([], False, "Hypomagnesemia 2010"),
    ],
)
def test_label_names_authors_and_year(authors: list[dict[str, str]], et_al: bool, label: str) -> None:
    assert format_short(make_reference(title="Hypomagnesemia", authors=authors, et_al=et_al)) == label
