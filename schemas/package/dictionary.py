"""The data dictionary in Chinese and English, as Markdown and as HTML, with the cautions named."""

from schemas.dataset import Field, Table
from schemas.dataset.about import Caution, about
from schemas.package.facts import Facts
from schemas.package.templates import filled


def dictionary_markdown(facts: Facts) -> str:
    """Every table and field: official Chinese meaning, English meaning, type, unit, codes, cautions."""
    return _filled("dictionary.md.j2", facts)


def dictionary_html(facts: Facts) -> str:
    """The same as one page that needs nothing else."""
    return _filled("dictionary.html.j2", facts)


def _filled(template: str, facts: Facts) -> str:
    rows = {table: files[0].rows for table, files in facts.of("csv").items()}
    return filled(template, about=about(), facts=facts, rows=rows, cautions=_cautions, kind=_kind)


def _cautions(named: Table | Field) -> list[Caution]:
    return [caution for caution in about().cautions if named.name in caution.fields]


def _kind(field: Field) -> str:
    required = "" if field.nullable else ", required 必填"
    return f"{field.type}{required}"
