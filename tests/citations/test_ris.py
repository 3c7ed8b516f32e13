"""RIS: tags, names and the one-line rule, read back by gris."""

import pytest

from kb_api.citations import format_ris

from .factories import HOSTILE_TITLE, make_reference
from .readers import read_ris_records


def test_record_has_its_tags_in_order() -> None:
    written = format_ris([make_reference(issued="2010-01-28", pmcid="PMC1")])

    assert written.splitlines() == [
        "TY  - JOUR",
        "ID  - slutsky-2010",
        "AU  - Slutsky, Inna",
        "AU  - Wu, Long-Jun",
        "TI  - Enhancement of Learning and Memory by Elevating Brain Magnesium",
        "T2  - Neuron",
        "VL  - 65",
        "IS  - 2",
        "DO  - 10.1016/j.neuron.2009.12.026",
        "C2  - PMC1",
        "PY  - 2010",
        "DA  - 2010/01/28/",
        "SP  - 165",
        "EP  - 177",
        "AN  - 20152124",
        "DB  - PubMed",
        "UR  - https://www.cell.com/neuron/fulltext/S0896-6273(09)01044-7",
        "ER  - ",
    ]


@pytest.mark.parametrize(
    ("csl_type", "ris_type"),
    [("book", "BOOK"), ("chapter", "CHAP"), ("report", "RPRT"), ("webpage", "ELEC"), ("dataset", "GEN")],
)
def test_each_csl_type_has_its_record_type(csl_type: str, ris_type: str) -> None:
    assert format_ris([make_reference(csl_type=csl_type)]).startswith(f"TY  - {ris_type}\n")


def test_hostile_title_comes_back() -> None:
    written = format_ris([make_reference(title=HOSTILE_TITLE)])

    assert read_ris_records(written)["slutsky-2010"]["title"] == HOSTILE_TITLE


def test_title_cannot_end_the_record() -> None:
    written = format_ris([make_reference(title="Sleep\nER  - \nTY  - BOOK\nID  - other"), make_reference(slug="b")])

    assert list(read_ris_records(written)) == ["slutsky-2010", "b"]


@pytest.mark.parametrize(
    "author",
    [
        {"family": "de Baaij", "given": "Jeroen H. F."},
        {"family": "Firoz"},
        {"family": "Garicano Vilar"},
        {"literal": "Livsmedelsverket"},
        {"literal": "National Institutes of Health, Office of Dietary Supplements"},
    ],
)
def test_name_comes_back_in_its_parts(author: dict[str, str]) -> None:
    written = format_ris([make_reference(authors=[author])])

    assert read_ris_records(written)["slutsky-2010"]["author"] == [author]


@pytest.mark.parametrize("page", ["165-177", "S199-S206", "i3-i14", "488", "1, 3-5", "e59317"])
def test_pages_come_back(page: str) -> None:
    written = format_ris([make_reference(page=page)])

    assert read_ris_records(written)["slutsky-2010"]["page"] == page


def test_article_number_with_a_hyphen_is_not_a_range() -> None:
    written = format_ris([make_reference(page=None, article_number="12-34")])

    assert "SP  - 12-34\n" in written
    assert "EP  - " not in written


def test_shortened_list_of_authors_is_said_in_a_note() -> None:
    assert "N1  - et al. (the list of authors is not complete)\n" in format_ris([make_reference(et_al=True)])


def test_month_without_a_day_is_kept() -> None:
    assert "DA  - 2010/02//\n" in format_ris([make_reference(issued="2010-02")])


def test_no_references_are_no_text() -> None:
    assert format_ris([]) == ""
