"""dataset.jsonld: the release for catalogues and search engines, in the words of schema.org and DCAT 3."""

from typing import Any

from schemas.dataset.about import about
from schemas.package.facts import Facts, File

MEDIA_TYPES = {
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
    "duckdb": "application/vnd.duckdb",
}


def linked_data(facts: Facts) -> dict[str, Any]:
    """The block; addresses are relative to where the release is published."""
    declared = about()
    days = (
        {"first": f"{min(facts.years)}-01-01", "last": f"{max(facts.years)}-12-31"} if facts.years else None
    )
    described: dict[str, Any] = {
        "@context": {
            "@vocab": "https://schema.org/",
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "spdx": "http://spdx.org/rdf/terms#",
        },
        "@type": ["Dataset", "dcat:Dataset"],
        "name": [
            {"@language": "zh", "@value": declared.zh},
            {"@language": "en", "@value": declared.en},
        ],
        "description": [
            {"@language": "zh", "@value": declared.description_zh},
            {"@language": "en", "@value": declared.description_en},
        ],
        "version": facts.version,
        "dcat:version": facts.version,
        "schemaVersion": declared.schema_version,
        "datePublished": facts.released.isoformat(),
        "dct:issued": facts.released.isoformat(),
        "license": declared.licence_url,
        "dct:license": {"@id": declared.licence_url},
        "creator": {"@type": "Organization", "name": declared.creator},
        "keywords": declared.keywords,
        "dcat:keyword": declared.keywords,
        "inLanguage": declared.languages,
        "spatialCoverage": declared.spatial,
        "isAccessibleForFree": True,
        "identifier": facts.fingerprint,
        "variableMeasured": [
            {"@type": "PropertyValue", "name": f"{table.name}.{field.name}", "description": field.en}
            for table in facts.tables.values()
            for field in table.fields
            if field.unit
        ],
        "distribution": [_distribution(file) for file in facts.files],
        "dcat:distribution": [{"@id": file.path} for file in facts.files],
    }
    if days:
        described["temporalCoverage"] = f"{days['first']}/{days['last']}"
    return described


def _distribution(file: File) -> dict[str, Any]:
    ending = file.path.rpartition(".")[2]
    media_type = MEDIA_TYPES.get(ending, "application/octet-stream")
    described: dict[str, Any] = {
        "@id": file.path,
        "@type": ["DataDownload", "dcat:Distribution"],
        "name": file.path,
        "contentUrl": file.path,
        "dcat:downloadURL": {"@id": file.path},
        "encodingFormat": media_type,
        "dcat:mediaType": media_type,
    }
    if ending == "duckdb":  # its bytes are others each time it is made of the same rows; SHA256SUMS has them
        return described
    return described | {
        "contentSize": f"{file.bytes} B",
        "dcat:byteSize": file.bytes,
        "sha256": file.sha256,
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
            "spdx:checksumValue": file.sha256,
        },
    }
