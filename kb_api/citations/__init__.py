"""A reference as CSL-JSON, BibTeX, RIS, or a line of a bibliography in Vancouver or APA style.

Rule: a reference comes in as the plain record that the seed holds, text goes out. Nothing here knows Flask or the
database. Titles stay as they were published; each format escapes for itself, and none of them writes HTML.
"""

from kb_api.citations.bibliography import format_bibliography, format_full
from kb_api.citations.csl import format_csl, to_csl
from kb_api.citations.formats import FORMATS, CitationFormat, format_references, get_format
from kb_api.citations.labels import format_short
from kb_api.citations.processor import Locale, Style
from kb_api.citations.ris import format_ris

__all__ = [
    "FORMATS",
    "CitationFormat",
    "Locale",
    "Style",
    "format_bibliography",
    "format_csl",
    "format_full",
    "format_references",
    "format_ris",
    "format_short",
    "get_format",
    "to_csl",
]
