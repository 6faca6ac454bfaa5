"""The texts of a release that are filled in from templates beside this file."""

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined


def filled(name: str, **values: Any) -> str:
    """A template with its values; HTML is escaped where the template's name says HTML."""
    return _environment().get_template(name).render(**values)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("schemas.package"),
        autoescape=lambda name: name is not None and ".html" in name,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    # A cell of a Markdown table is one line without bars.
    environment.filters["cell"] = lambda text: " ".join(str(text).replace("|", "\\|").split())
    return environment
