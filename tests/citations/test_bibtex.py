"""BibTeX: types, names and escapes, read back by bibtexparser."""

import pytest

from kb_api.citations.bibtex import format_bibtex

from .factories import HOSTILE_TITLE, make_reference
from .readers import read_bibtex


def test_entry_is_an_article_keyed_by_slug() -> None:
    written = format_bibtex([make_reference(issued="2010-01-28")])

    assert written.startswith("@article{slutsky-2010,\n")
    assert "    author = {Slutsky, Inna and Wu, Long-Jun}" in written
    assert "    title = {{Enhancement of Learning and Memory by Elevating Brain Magnesium}}" in written
    assert "    pages = {165--177}" in written
    assert "    month = jan" in written
    assert "    day = {28}" in written


@pytest.mark.parametrize(
    ("csl_type", "opening"),
    [
        ("book", "@book{"),
        ("chapter", "@incollection{"),
        ("report", "@techreport{"),
        ("webpage", "@online{"),
        ("legislation", "@legislation{"),
        ("dataset", "@misc{"),
    ],
)
def test_each_csl_type_has_its_entry_type(csl_type: str, opening: str) -> None:
    assert format_bibtex([make_reference(csl_type=csl_type)]).startswith(opening)


def test_hostile_title_comes_back() -> None:
    written = format_bibtex([make_reference(title=HOSTILE_TITLE)])

    assert read_bibtex(written)["slutsky-2010"]["title"] == HOSTILE_TITLE


def test_special_characters_are_escaped() -> None:
    written = format_bibtex([make_reference(title="50 % B&W_$#")])

    assert r"title = {{50 \% B\&W\_\$\#}}" in written


def test_swedish_letters_stay_letters() -> None:
    assert "{{Sömn, ångest och hjärta}}" in format_bibtex([make_reference(title="Sömn, ångest och hjärta")])


def test_braces_are_balanced_whatever_the_title() -> None:
    written = format_bibtex([make_reference(title="}} @misc{x, title={")])

    assert written.count("{") == written.count("}")
    assert list(read_bibtex(written)) == ["slutsky-2010"]


@pytest.mark.parametrize(
    "author",
    [
        {"family": "de Baaij", "given": "Jeroen H. F."},
        {"family": "Van Laecke", "given": "Steven"},
        {"family": "San Mauro Martín", "given": "Ismael"},
        {"family": "Firoz"},
        {"family": "Garicano Vilar"},
        {"family": "Anderson and Sons", "given": "A."},
        {"family": "King, Jr.", "given": "Martin"},
        {"literal": "Livsmedelsverket"},
        {"literal": "National Institutes of Health, Office of Dietary Supplements"},
        {"literal": "Food and Drug Administration & {Friends}"},
    ],
)
def test_name_comes_back_in_its_parts(author: dict[str, str]) -> None:
    written = format_bibtex([make_reference(authors=[author, {"family": "Wu", "given": "L."}])])

    assert read_bibtex(written)["slutsky-2010"]["author"] == [author, {"family": "Wu", "given": "L."}]


def test_shortened_list_of_authors_ends_in_others() -> None:
    assert "Wu, Long-Jun and others}" in format_bibtex([make_reference(et_al=True)])


def test_number_of_a_report_is_its_number() -> None:
    written = format_bibtex([make_reference(csl_type="report", page=None, issue=None, article_number="2016:15")])

    assert "    number = {2016:15}" in written
    assert "pages" not in written


def test_addresses_are_not_escaped() -> None:
    written = format_bibtex([make_reference(source_url="https://a.example/x_y?b=1&c=%20#d", doi="10.1/a_b(c)")])

    assert "    url = {https://a.example/x_y?b=1&c=%20#d}" in written
    assert "    doi = {10.1/a_b(c)}" in written


def test_no_references_are_no_text() -> None:
    assert format_bibtex([]) == ""
