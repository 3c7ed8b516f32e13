"""The citation formats on offer: name, media type, file extension, and the function that writes each.

Rule: whoever negotiates, documents or names a file reads this table; a format is added here and nowhere else.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from kb_api.citations.bibliography import format_bibliography
from kb_api.citations.csl import Reference, format_csl
from kb_api.citations.processor import Locale, Style
from kb_api.citations.ris import format_ris
from kb_api.errors import NotAcceptableError


@dataclass(frozen=True)
class CitationFormat:
    """One format: ``media_type`` has no parameters, ``style`` is set for a bibliography only."""

    name: str
    media_type: str
    file_extension: str
    style: Style | None = None

    def get_content_type(self, locale: str = Locale.ENGLISH) -> str:
        """The value of ``Content-Type``; a bibliography names its style and locale, JSON needs no charset."""
        if self.style:
            return f"{self.media_type}; style={self.style}; locale={locale}; charset=utf-8"
        return self.media_type if self.media_type.endswith("json") else f"{self.media_type}; charset=utf-8"


_FORMAT_LIST = (
    CitationFormat("csl", "application/vnd.citationstyles.csl+json", "json"),
    CitationFormat("bibtex", "application/x-bibtex", "bib"),
    CitationFormat("ris", "application/x-research-info-systems", "ris"),
    CitationFormat("vancouver", "text/x-bibliography", "txt", Style.VANCOUVER),
    CitationFormat("apa", "text/x-bibliography", "txt", Style.APA),
)
FORMATS = {citation_format.name: citation_format for citation_format in _FORMAT_LIST}


def _format_bibtex(references: Iterable[Reference]) -> str:
    from kb_api.citations.bibtex import format_bibtex  # noqa: PLC0415 - pybtex would make every start wait.

    return format_bibtex(references)


_WRITERS: dict[str, Callable[[Iterable[Reference]], str]] = {
    "csl": format_csl,
    "bibtex": _format_bibtex,
    "ris": format_ris,
}


def get_format(name: str) -> CitationFormat:
    """The format of that name, or ``NotAcceptableError`` with the names that exist."""
    if name not in FORMATS:
        message = f"there is no citation format '{name[:40]}'; choose one of {', '.join(FORMATS)}"
        raise NotAcceptableError(message, list(FORMATS))
    return FORMATS[name]


def format_references(references: Iterable[Reference], *, name: str, locale: str = Locale.ENGLISH) -> str:
    """The references in the format of that name; the locale matters to a bibliography only.

    Raises ``NotAcceptableError`` for a format or locale that does not exist.
    """
    citation_format = get_format(name)
    if locale not in list(Locale):
        message = f"there is no bibliography in '{locale[:40]}'; choose one of {', '.join(Locale)}"
        raise NotAcceptableError(message, list(Locale))
    if citation_format.style:
        return format_bibliography(references, citation_format.style, locale)
    return _WRITERS[name](references)
