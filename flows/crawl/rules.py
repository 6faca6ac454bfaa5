"""The rules of `rules.yml` and `manners.yml`, read once."""

import re
from functools import cache
from importlib.resources import files

import msgspec
import yaml


class Challenge(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """By what an answer is known to be a challenge."""

    statuses: frozenset[int]
    refusals: frozenset[int]
    marks: str
    text: int
    links: int
    shell: int


class Rules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One field per entry of rules.yml, where the meaning of each stands."""

    report: str
    subject: str
    other_subject: str
    skipped: dict[str, str]
    attachment: str
    challenge: Challenge
    headers: frozenset[str]


class Manners(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One field per entry of manners.yml, where the meaning and unit of each stand."""

    user_agent: str
    nobody: str
    delay: float
    delay_at_most: float
    budget: int
    recheck: int
    retries: int
    retry_pause: float
    retry_after: float
    redirects: int
    timeout: int
    list_pages: int
    sources_at_once: int


@cache
def rules() -> Rules:
    """The declared rules."""
    return msgspec.convert(_read("rules.yml"), Rules)


@cache
def manners() -> Manners:
    """The declared manners."""
    return msgspec.convert(_read("manners.yml"), Manners)


def matches(pattern: str, text: str) -> bool:
    """Whether a text, its spaces left out, has what a pattern describes."""
    return re.search(pattern, "".join(text.split()), re.IGNORECASE) is not None


def _read(name: str) -> object:
    return yaml.safe_load(files(__package__).joinpath(name).read_text("utf-8"))
