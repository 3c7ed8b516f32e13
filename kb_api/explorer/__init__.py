"""The explorer's files, and what its pages are called before their script runs.

Rule: the files here are served as they are; there is no build step. Libraries stand in ``vendor/`` with their licences.
"""

from pathlib import Path

EXPLORER = Path(__file__).resolve().parent

PLURALS_WITH_PAGES = {
    "signs": "concepts",
    "mechanisms": "concepts",
    "forms": "concepts",
    "foods": "concepts",
    "populations": "concepts",
    "claims": "claim",
    "references": "reference",
    "safety": "facts",
    "health-claims": "facts",
    "intakes": "facts",
    "sections": "facts",
}
"""The kinds that have a list and a page each, as in the API's addresses → the file in ``pages/`` that shows one."""

PAGES = {
    "/": "start",
    "/search": "search",
    "/ask": "ask",
    "/map": "map",
    "/compare": "compare",
    "/compare/forms": "compare",
    "/compare/matrix": "compare",
    **{f"/{plural}": "lists" for plural in PLURALS_WITH_PAGES},
}
"""Every other address of the explorer → the file in ``pages/`` that shows it."""

TEXTS = {
    "title": {
        "en": "Magnesium, evidence-checked: eleven signs of magnesium deficiency",
        "sv": "Magnesium, granskat: elva tecken på magnesiumbrist",
    },
    "description": {
        "en": "Eleven signs of magnesium deficiency taken apart into single claims, each with the evidence for it, "
        "the evidence against it and how certain it is.",
        "sv": "Elva tecken på magnesiumbrist uppdelade i enskilda påståenden, vart och ett med vad som talar för, "
        "vad som talar emot och hur säkert det är.",
    },
    "noscript": {
        "en": "This page needs JavaScript. Everything it shows can be read as JSON at /v1/signs.",
        "sv": "Sidan behöver JavaScript. Allt den visar kan läsas som JSON på /v1/signs.",
    },
}
"""What a page says of itself to search engines and before its script runs."""
