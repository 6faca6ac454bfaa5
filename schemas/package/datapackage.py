"""datapackage.json: the release by the Data Package standard, version 2 (https://datapackage.org)."""

from typing import Any

from schemas.dataset import Field, Table
from schemas.dataset.about import about
from schemas.package.facts import Facts, File

PROFILE = "https://datapackage.org/profiles/2.0"
TYPES = {"time": "datetime", "float": "number"}  # other types have the standard's names


def datapackage(facts: Facts) -> dict[str, Any]:
    """The descriptor: each CSV file as a resource with its schema, size and hash."""
    declared = about()
    return {
        "$schema": f"{PROFILE}/datapackage.json",
        "name": declared.name,
        "title": f"{declared.zh} | {declared.en}",
        "description": f"{declared.description_zh}\n\n{declared.description_en}",
        "version": facts.version,
        "schema_version": declared.schema_version,
        "fingerprint": facts.fingerprint,
        "created": f"{facts.released.isoformat()}T00:00:00Z",
        "keywords": declared.keywords,
        "contributors": [{"title": declared.creator, "roles": ["creator"]}],
        "licenses": [
            {"name": declared.licence, "path": declared.licence_url, "title": declared.licence_title}
        ],
        "sources": [
            {
                "title": f"{origin.source}: {origin.documents} documents, {origin.first} to {origin.last}",
                "path": "PROVENANCE.md",
            }
            for origin in facts.origins
        ],
        "resources": [
            _resource(facts.tables[name], file) for name, files in facts.of("csv").items() for file in files
        ],
    }


def _resource(table: Table, file: File) -> dict[str, Any]:
    return {
        "name": table.name.replace("_", "-"),
        "type": "table",
        "path": file.path,
        "title": table.en,
        "description": f"{table.zh} | {table.en}",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": file.bytes,
        "hash": f"sha256:{file.sha256}",
        "rows": file.rows,
        "schema": schema(table),
    }


def schema(table: Table) -> dict[str, Any]:
    """The Table Schema of a table."""
    words = about().missing
    required = {field.name for field in table.fields if not field.nullable}
    declared: dict[str, Any] = {
        "$schema": f"{PROFILE}/tableschema.json",
        "fields": [_field(field) for field in table.fields],
        "missingValues": [{"value": "", "label": f"{words.zh} | {words.en}"}],
    }
    if set(table.key) <= required:
        declared["primaryKey"] = list(table.key)
    else:  # a key with a part that may be empty
        declared["uniqueKeys"] = [list(table.key)]
    references = [
        {
            "fields": list(fields),
            "reference": {"resource": other.replace("_", "-"), "fields": list(fields)},
        }
        for fields, other in table.references.items()
    ]
    if references:
        declared["foreignKeys"] = references
    return declared


def _field(field: Field) -> dict[str, Any]:
    constraints: dict[str, Any] = {} if field.nullable else {"required": True}
    if field.values:
        constraints["enum"] = list(field.values)
    if field.pattern:
        constraints["pattern"] = field.pattern
    declared: dict[str, Any] = {
        "name": field.name,
        "type": TYPES.get(field.type, field.type),
        "title": field.zh,
        "description": f"{field.zh} | {field.en}",
    }
    if field.unit:
        declared["unit"] = field.unit
    if field.labels:
        declared["categories"] = [{"value": code, "label": label} for code, label in field.labels.items()]
    if field.type == "string" and not field.nullable:
        declared["missingValues"] = []  # an empty text is a text
    if constraints:
        declared["constraints"] = constraints
    return declared
