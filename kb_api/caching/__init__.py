"""The response cache in front of the application: what was answered once in a revision is answered from memory.

Rule: this floor speaks WSGI and knows no resource. It asks the application with a canonical request and trusts what the
answer says of itself (status, ``Cache-Control``, ``KB-Revision``); the application does not know that it is there.
"""

from kb_api.caching.front import CachedApplication
from kb_api.caching.requests import Key, read_key
from kb_api.caching.revisions import watch_revision
from kb_api.caching.store import AnswerStore

__all__ = ["AnswerStore", "CachedApplication", "Key", "read_key", "watch_revision"]
