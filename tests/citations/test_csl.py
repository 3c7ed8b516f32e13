"""CSL-JSON: the fields, and what becomes of an article number, a shortened list of authors and odd characters."""

import json

from kb_api.citations import format_csl, to_csl

from .factories import HOSTILE_TITLE, make_reference


def test_every_field_has_its_csl_name() -> None:
    reference = make_reference(pmcid="PMC1", publisher="Cell Press", issued="2010-01-28")

    item = to_csl(reference)

    assert item == {
        "id": "slutsky-2010",
        "type": "article-journal",
        "title": "Enhancement of Learning and Memory by Elevating Brain Magnesium",
        "author": [{"family": "Slutsky", "given": "Inna"}, {"family": "Wu", "given": "Long-Jun"}],
        "container-title": "Neuron",
        "publisher": "Cell Press",
        "issued": {"date-parts": [[2010, 1, 28]]},
        "volume": "65",
        "issue": "2",
        "page": "165-177",
        "DOI": "10.1016/j.neuron.2009.12.026",
        "PMID": "20152124",
        "PMCID": "PMC1",
        "URL": "https://www.cell.com/neuron/fulltext/S0896-6273(09)01044-7",
    }


def test_absent_fields_are_left_out() -> None:
    reference = {"slug": "a", "csl_type": "webpage", "title": "Magnesium", "authors": [], "issued": "2024", "doi": None}

    item = to_csl(reference)

    assert item == {"id": "a", "type": "webpage", "title": "Magnesium", "issued": {"date-parts": [[2024]]}}


def test_article_number_is_the_page_of_an_article_without_pages() -> None:
    item = to_csl(make_reference(page=None, article_number="e59317"))

    assert (item["number"], item["page"]) == ("e59317", "e59317")


def test_pages_are_kept_beside_an_article_number() -> None:
    item = to_csl(make_reference(page="1-14", article_number="e59317"))

    assert (item["number"], item["page"]) == ("e59317", "1-14")


def test_number_of_a_report_is_not_a_page() -> None:
    item = to_csl(make_reference(csl_type="report", page=None, article_number="2016:15"))

    assert item["number"] == "2016:15"
    assert "page" not in item


def test_shortened_list_of_authors_is_marked() -> None:
    assert to_csl(make_reference(et_al=True))["custom"] == {"et_al": True}


def test_month_without_a_day_is_kept() -> None:
    assert to_csl(make_reference(issued="2010-02"))["issued"] == {"date-parts": [[2010, 2]]}


def test_hostile_title_comes_back_from_json() -> None:
    written = format_csl([make_reference(title=HOSTILE_TITLE)])

    assert json.loads(written)[0]["title"] == HOSTILE_TITLE


def test_line_breaks_and_control_characters_do_not_reach_any_format() -> None:
    item = to_csl(make_reference(title=" Sleep\r\nER  - \x00\x1b and\u2028magnesium\ud800 "))

    assert item["title"] == "Sleep ER - and magnesium"


def test_no_references_are_an_empty_array() -> None:
    assert format_csl([]) == "[]"


def test_empty_name_is_left_out() -> None:
    assert to_csl(make_reference(authors=[{"literal": " "}, {"family": "Wu"}]))["author"] == [{"family": "Wu"}]
