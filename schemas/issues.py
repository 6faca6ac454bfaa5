"""The issues that may be raised, as declared in issues.yml."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml


@dataclass(frozen=True, slots=True)
class IssueCode:
    """What an issue's code means; `severity` is error, warning or notice."""

    code: str
    severity: str
    zh: str
    en: str


@cache
def issue_codes() -> dict[str, IssueCode]:
    """Every declared issue by its code."""
    declared = yaml.safe_load(files(__package__).joinpath("issues.yml").read_text("utf-8"))
    return {code: IssueCode(code, **entry) for code, entry in declared.items()}


def severity(code: str) -> str:
    """How grave an issue is; an undeclared code counts as an error, so that it cannot hide."""
    declared = issue_codes().get(code)
    return "error" if declared is None else declared.severity
