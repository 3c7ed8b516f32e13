"""The vendored styles and locales themselves."""

import pytest
from citeproc import SCHEMA_PATH
from lxml import etree

from kb_api.citations.processor import STYLES_DIRECTORY

_FILES = ("apa.csl", "nlm-citation-sequence.csl", "locales-en-US.xml", "locales-sv-SE.xml")


@pytest.mark.parametrize("name", _FILES)
def test_file_follows_the_csl_schema(name: str) -> None:
    schema = etree.RelaxNG(etree.parse(SCHEMA_PATH))
    # The one liberty taken: CSL knows no date of month and day alone, citeproc-py does.
    text = (STYLES_DIRECTORY / name).read_text(encoding="utf-8").replace('"month-day"', '"year-month-day"')

    is_valid = schema.validate(etree.fromstring(text.encode()))

    assert is_valid, schema.error_log


@pytest.mark.parametrize("name", _FILES)
def test_file_names_its_licence_and_the_readme_names_the_file(name: str) -> None:
    assert "creativecommons.org/licenses/by-sa/3.0/" in (STYLES_DIRECTORY / name).read_text(encoding="utf-8")
    assert f"`{name}`" in (STYLES_DIRECTORY / "README.md").read_text(encoding="utf-8")


def test_licence_text_is_beside_the_files() -> None:
    licence = (STYLES_DIRECTORY / "LICENSE").read_text(encoding="utf-8")

    assert "Attribution-ShareAlike 3.0 Unported" in licence
    assert "Creative Commons may be contacted at" in licence
