"""The table of formats, and the one function that writes any of them."""

import json

import pytest

from kb_api.citations import FORMATS, format_bibliography, format_references, format_ris, get_format
from kb_api.citations.bibtex import format_bibtex
from kb_api.errors import NotAcceptableError

from .factories import make_reference


def test_formats_have_their_media_types_and_extensions() -> None:
    rows = {name: (row.get_content_type("sv-SE"), row.file_extension) for name, row in FORMATS.items()}

    assert rows == {
        "csl": ("application/vnd.citationstyles.csl+json", "json"),
        "bibtex": ("application/x-bibtex; charset=utf-8", "bib"),
        "ris": ("application/x-research-info-systems; charset=utf-8", "ris"),
        "vancouver": ("text/x-bibliography; style=vancouver; locale=sv-SE; charset=utf-8", "txt"),
        "apa": ("text/x-bibliography; style=apa; locale=sv-SE; charset=utf-8", "txt"),
    }


def test_each_name_writes_its_format() -> None:
    references = [make_reference()]

    assert json.loads(format_references(references, name="csl"))[0]["id"] == "slutsky-2010"
    assert format_references(references, name="bibtex") == format_bibtex(references)
    assert format_references(references, name="ris") == format_ris(references)
    assert format_references(references, name="apa", locale="sv-SE") == format_bibliography(references, "apa", "sv-SE")


def test_unknown_format_is_refused_with_those_that_exist() -> None:
    with pytest.raises(NotAcceptableError, match="no citation format 'mla'") as refusal:
        get_format("mla")

    assert refusal.value.available == ["csl", "bibtex", "ris", "vancouver", "apa"]


def test_unknown_locale_is_refused_with_those_that_exist() -> None:
    with pytest.raises(NotAcceptableError, match="no bibliography in 'de-DE'") as refusal:
        format_references([make_reference()], name="apa", locale="de-DE")

    assert refusal.value.available == ["en-US", "sv-SE"]
