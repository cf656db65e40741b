"""Tables and items from files: what users have in their repositories, put into a server or a test.

`load(path)` gives what a file or a folder holds; nothing is changed by that. `sowing.sow` puts it somewhere.

seed            what a file holds: definitions, items, and where each stands in it
recognition     which format a path has
json_text       JSON with the line of each part
json_lines      items by the line: exports, what `thermodynamo dump` writes, plain JSON
csv_items       items as lines of text with commas
json_tables     definitions as requests of CreateTable or replies of DescribeTable, with their items
workbench       data models of NoSQL Workbench
templates       tables of CloudFormation and SAM templates
template_text   templates as YAML and JSON
template_values  what !Ref, !Sub and the other functions of a template stand for
export_folder   the folder that ExportTableToPointInTime writes
table_request   the definition of a table that exists, as a request of CreateTable
checking        whether what files hold can be put into tables
sowing          puts it there
service_soil    the tables of a service in this process
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from thermodynamo.seeds.seed import Seed


def load(path: "str | Path", parameters: Mapping[str, str] | None = None) -> "Seed":
    """The definitions and the items of a file or an export folder; `parameters` are those of a template.

    A path may be `Table=path` for a file whose items do not say which table is theirs. Items are read as they are
    iterated over, anew each time. Raises SeedError, here or then, which names the file and the line.
    """
    from thermodynamo.seeds import recognition

    return recognition.load(str(path), parameters or {})
