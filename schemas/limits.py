"""The limits of `limits.yml`: how much of a document is read before it is refused, and what work may take."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml


@dataclass(frozen=True, slots=True)
class Limits:
    """One field per entry of `limits.yml`, where the meaning and the reason of each stand."""

    file_bytes: int
    text_bytes: int
    unpacked_bytes: int
    member_bytes: int
    ratio: int
    members: int
    archive_depth: int
    pages: int
    page_objects: int
    cells: int
    nesting: int
    seconds: int
    office_seconds: int
    memory_bytes: int
    query_bytes: int


@cache
def limits() -> Limits:
    """The declared limits, read once."""
    return Limits(**yaml.safe_load(files(__package__).joinpath("limits.yml").read_text("utf-8")))
