"""What is said of the dataset as a whole: its name, licence, cautions, and the version of its schema."""

from functools import cache
from importlib.resources import files
from typing import NamedTuple

import yaml


class Caution(NamedTuple):
    """What whoever uses `fields` should know."""

    fields: tuple[str, ...]
    zh: str
    en: str


class Words(NamedTuple):
    """The same in Chinese and English."""

    zh: str
    en: str


class About(NamedTuple):
    """One field per entry of about.yml."""

    schema_version: str
    name: str
    zh: str
    en: str
    description_zh: str
    description_en: str
    creator: str
    keywords: list[str]
    licence: str
    licence_title: str
    licence_url: str
    spatial: str
    languages: list[str]
    missing: Words
    cautions: tuple[Caution, ...]


@cache
def about() -> About:
    """The declaration, read once."""
    declared = yaml.safe_load(files(__package__).joinpath("about.yml").read_text("utf-8"))
    declared["missing"] = Words(**declared["missing"])
    declared["cautions"] = tuple(
        Caution(**{**caution, "fields": tuple(caution["fields"])}) for caution in declared["cautions"]
    )
    return About(**declared)
