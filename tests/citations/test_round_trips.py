"""The seed, and titles and names made to break things: through a format, and back by a second library."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from kb_api.citations import format_bibliography, format_ris, to_csl
from kb_api.citations.bibtex import format_bibtex

from .factories import make_reference
from .readers import pick_compared_fields, read_bibtex, read_ris_records

_CHARACTERS = tuple("åÖø&%_$#{}~^\\<>`'\"@.?, \n-¹a")
_SEQUENCES = (
    "&amp;",
    "\\textbf{",
    "<i>",
    "</i>",
    "<script>",
    "--",
    "``",
    "''",
    "?`",
    "@book{x,",
    " and ",
    "ER  - ",
    "TY  - ",
)
_FRAGMENTS = st.sampled_from(_CHARACTERS + _SEQUENCES)
_TEXTS = st.one_of(st.text(max_size=40), st.lists(_FRAGMENTS, max_size=20).map("".join))
_TITLES = _TEXTS.filter(lambda text: "title" in to_csl(make_reference(title=text)))
# RIS parts a family name from a given name by a comma, so a family name cannot hold one there.
_NAME_PARTS = st.text(alphabet="abÅö'-. Z", max_size=12).filter(lambda text: any(letter.isalpha() for letter in text))
_NAMES = st.one_of(
    st.fixed_dictionaries({"family": _NAME_PARTS}, optional={"given": _NAME_PARTS}),
    st.fixed_dictionaries({"literal": st.text(alphabet="abÅö&{},. ", max_size=20).filter(str.strip)}),
)


def test_seed_goes_through_bibtex_and_back(references: list[dict[str, Any]]) -> None:
    written = format_bibtex(references)

    assert _list_differences(references, read_bibtex(written), report_number="issue") == {}


def test_seed_goes_through_ris_and_back(references: list[dict[str, Any]]) -> None:
    written = format_ris(references)

    assert _list_differences(references, read_ris_records(written)) == {}


@settings(deadline=None)
@given(title=_TITLES)
def test_any_title_comes_back_from_bibtex(title: str) -> None:
    reference = make_reference(title=title)

    assert read_bibtex(format_bibtex([reference]))["slutsky-2010"]["title"] == to_csl(reference)["title"]


@settings(deadline=None)
@given(title=_TITLES)
def test_any_title_comes_back_from_ris(title: str) -> None:
    reference = make_reference(title=title)

    records = read_ris_records(format_ris([reference]))

    assert records["slutsky-2010"]["title"] == to_csl(reference)["title"]


@settings(deadline=None)
@given(title=_TITLES, style=st.sampled_from(["vancouver", "apa"]), locale=st.sampled_from(["en-US", "sv-SE"]))
def test_any_title_stands_in_the_bibliography(title: str, style: str, locale: str) -> None:
    reference = make_reference(title=title)

    written = format_bibliography([reference], style, locale)

    assert to_csl(reference)["title"] in written
    assert len(written.splitlines()) == 1


@settings(deadline=None)
@given(author=_NAMES)
def test_any_name_comes_back_from_bibtex(author: dict[str, str]) -> None:
    reference = make_reference(authors=[author])

    assert read_bibtex(format_bibtex([reference]))["slutsky-2010"]["author"] == to_csl(reference)["author"]


@settings(deadline=None)
@given(author=_NAMES)
def test_any_name_comes_back_from_ris(author: dict[str, str]) -> None:
    reference = make_reference(authors=[author])

    records = read_ris_records(format_ris([reference]))

    assert records["slutsky-2010"]["author"] == to_csl(reference)["author"]


def _list_differences(
    references: list[dict[str, Any]], read: dict[str, dict[str, Any]], *, report_number: str = "number"
) -> dict[str, Any]:
    """What each reference was and what came back, for those where the two differ.

    BibTeX has one ``number`` for the issue of a journal and the number of a report: ``report_number`` says where
    it is read.
    """
    wanted = {reference["slug"]: pick_compared_fields(to_csl(reference)) for reference in references}
    for reference in references:
        if reference["csl_type"] == "report" and "number" in wanted[reference["slug"]]:
            wanted[reference["slug"]][report_number] = wanted[reference["slug"]].pop("number")
    return {slug: (item, read.get(slug)) for slug, item in wanted.items() if item != read.get(slug)}
