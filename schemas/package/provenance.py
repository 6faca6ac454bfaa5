"""PROVENANCE.md: where the figures of a release come from, and what it was made of."""

from schemas.dataset.about import about
from schemas.package.facts import Facts
from schemas.package.templates import filled


def provenance(facts: Facts) -> str:
    """The note, in Chinese and English."""
    return filled("provenance.md.j2", about=about(), facts=facts)
