"""Moving a whole knowledge base: to another database, into a backup and out of one, into a document and out of one.

Rule: the record is moved as it is, revision by revision; what is derived from it (the search index) is made anew.
"""

from kb_api.copying.backups import restore_backup, write_backup
from kb_api.copying.exporting import EXPORTERS
from kb_api.copying.importing import import_entries
from kb_api.copying.reading import parse_entries
from kb_api.copying.rows import copy_database

__all__ = [
    "EXPORTERS",
    "copy_database",
    "import_entries",
    "parse_entries",
    "restore_backup",
    "write_backup",
]
