"""CITATION.cff: how to cite a release (Citation File Format 1.2)."""

import json

from schemas.dataset.about import about
from schemas.package.facts import Facts


def citation(facts: Facts) -> str:
    """The file; JSON's strings are YAML's."""
    declared = about()
    fields = {
        "cff-version": "1.2.0",
        "message": "Please cite the release that you used. 引用时请注明所用版本。",
        "type": "dataset",
        "title": f"{declared.en} ({declared.zh})",
        "version": facts.version,
        "date-released": facts.released.isoformat(),
        "authors": [{"name": declared.creator}],
        "abstract": declared.description_en,
        "keywords": declared.keywords,
        "license": declared.licence,
    }
    return "".join(f"{name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in fields.items())
