"""A question → ranked claims with references, or a coded abstention.

Rule: decided by code and content alone; nothing here writes prose, and a question is kept nowhere.
"""

from kb_api.answers.content import Reason
from kb_api.answers.deciding import Decision, Unanswered, decide

__all__ = ["Decision", "Reason", "Unanswered", "decide"]
