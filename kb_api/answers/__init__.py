"""A question → ranked claims with references, or a coded abstention.

Rule: decided by code and content alone; nothing here writes prose, and a question is kept nowhere.
"""

from contextlib import suppress

from kb_api.answers.content import Reason, read_content
from kb_api.answers.deciding import Decision, Unanswered, decide
from kb_api.answers.meaning import is_available
from kb_api.answers.pack import LIMIT_DEFAULT, LIMIT_MAX, answer_question
from kb_api.answers.prompt import PROMPT_TOKENS_DEFAULT, PROMPT_TOKENS_MAX, PROMPT_TOKENS_MIN, estimate_tokens
from kb_api.database import Database
from kb_api.errors import StorageError
from kb_api.search import find
from kb_api.search.lay_language import read_lay_language

__all__ = [
    "LIMIT_DEFAULT",
    "LIMIT_MAX",
    "PROMPT_TOKENS_DEFAULT",
    "PROMPT_TOKENS_MAX",
    "PROMPT_TOKENS_MIN",
    "Decision",
    "Reason",
    "Unanswered",
    "answer_question",
    "decide",
    "estimate_tokens",
    "is_available",
    "warm_up",
]


FIRST_QUESTION = "hjälper magnesum mot kramp"
"""With a typing error in it, so that what mends one is made as well."""


def warm_up(database: Database) -> None:
    """Read what answers and search are decided by, so that no first question waits for it: about a second.

    Where the database cannot be read now, whoever asks first reads it then.
    """
    read_content()
    read_lay_language()
    with suppress(StorageError), database.read() as session:
        answer_question(session, FIRST_QUESTION)
        find(session, FIRST_QUESTION)
