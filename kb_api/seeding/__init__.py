"""The seed: files ⇄ database. Read, check, load, export."""

from kb_api.seeding.checking import check_seed, flatten_messages
from kb_api.seeding.files import Problem, dump_yaml
from kb_api.seeding.loading import export_seed, load_records, read_living_records
from kb_api.seeding.merging import ClashError, Preference

__all__ = [
    "ClashError",
    "Preference",
    "Problem",
    "check_seed",
    "dump_yaml",
    "export_seed",
    "flatten_messages",
    "load_records",
    "read_living_records",
]
