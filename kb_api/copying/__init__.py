"""Moving a whole knowledge base: from one database to another, into a backup and out of one.

Rule: the record is moved as it is, revision by revision; what is derived from it (the search index) is made anew.
"""

from kb_api.copying.backups import restore_backup, write_backup
from kb_api.copying.rows import copy_database

__all__ = ["copy_database", "restore_backup", "write_backup"]
