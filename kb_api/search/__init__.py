"""Search: the index, kept with the content in one transaction, and the questions asked of it.

Rule: the floors above use what is listed here; how the index is stored and ranked stays inside.
"""

from kb_api.search.documents import SEARCHED_KINDS
from kb_api.search.finding import SearchHit, SearchResult, find, suggest
from kb_api.search.index import rebuild_index, update_index
from kb_api.search.text import guess_language

__all__ = [
    "SEARCHED_KINDS",
    "SearchHit",
    "SearchResult",
    "find",
    "guess_language",
    "rebuild_index",
    "suggest",
    "update_index",
]
