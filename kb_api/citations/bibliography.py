"""References as a bibliography: plain text, one entry a line.

Rule: what is written here is text, never HTML. A ``<`` in a title is a ``<`` here, and whoever puts the text into a web
page escapes it there.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

import orjson

from kb_api.citations.csl import CslItem, Reference, to_csl
from kb_api.citations.processor import Locale, Style, render_item

# Entries kept in memory, some 2 kB each: 500 references in each of two styles and two languages.
_CACHED_ENTRIES = 2048

# The three letters that end the Swedish alphabet, as three that stand behind z in Unicode.
_SWEDISH_ORDER = str.maketrans({"å": "α", "ä": "β", "æ": "β", "ö": "γ", "ø": "γ"})


def format_bibliography(
    references: Iterable[Reference], style: str = Style.VANCOUVER, locale: str = Locale.ENGLISH
) -> str:
    """The bibliography, each entry ended by a line break.

    Vancouver numbers the references in the order given; APA sorts them by author and year. Another style or locale than
    those of ``Style`` and ``Locale`` raises ``ValueError``.
    """
    style, locale = Style(style), Locale(locale)
    entries = [_format_entry(to_csl(reference), style=style, locale=locale) for reference in references]
    if style is Style.APA:
        lines = sorted(entries, key=lambda entry: _get_sort_key(entry, locale))
    else:
        lines = [f"{number}. {entry}" for number, entry in enumerate(entries, start=1)]
    return "".join(f"{line}\n" for line in lines)


def format_full(reference: Reference, locale: str = Locale.ENGLISH) -> str:
    """One reference in full, in Vancouver style, without a number."""
    return _format_entry(to_csl(reference), style=Style.VANCOUVER, locale=Locale(locale))


def _format_entry(item: CslItem, *, style: Style, locale: Locale) -> str:
    return _format_serialized(orjson.dumps(item), style, locale)


@lru_cache(maxsize=_CACHED_ENTRIES)
def _format_serialized(serialized_item: bytes, style: Style, locale: Locale) -> str:
    """The entry of a serialized item: the whole item is the key, so a changed reference is another entry."""
    return render_item(orjson.loads(serialized_item), style=style, locale=locale)


def _get_sort_key(entry: str, locale: Locale) -> tuple[str, str]:
    """The entry as the alphabet orders it: it begins with author and year, punctuation and case do not count."""
    folded = entry.casefold()
    if locale is Locale.SWEDISH:
        folded = unicodedata.normalize("NFC", folded).translate(_SWEDISH_ORDER)
    letters = unicodedata.normalize("NFKD", folded).replace("ø", "o").replace("æ", "ae")
    without_marks = "".join(character for character in letters if not unicodedata.combining(character))
    return " ".join(re.findall(r"\w+", without_marks)), entry
