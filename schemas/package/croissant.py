"""croissant.json: the release as Croissant 1.0 (https://docs.mlcommons.org/croissant), read from Parquet."""

from typing import Any

from schemas.dataset import Field, Table
from schemas.dataset.about import about
from schemas.package.facts import Facts, File

TYPES = {
    "string": "sc:Text",
    "integer": "sc:Integer",
    "number": "sc:Float",
    "float": "sc:Float",
    "boolean": "sc:Boolean",
    "date": "sc:Date",
    "time": "sc:DateTime",
}
MEDIA_TYPES = {"parquet": "application/x-parquet", "csv": "text/csv"}
CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}


def croissant(facts: Facts) -> dict[str, Any]:
    """The description: every Parquet and CSV file, and every table as a record set of its Parquet file."""
    declared = about()
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": declared.name,
        "description": f"{declared.description_en} {declared.description_zh}",
        "version": _semantic(facts.version),
        "datePublished": facts.released.isoformat(),
        "license": declared.licence_url,
        "creator": {"@type": "sc:Organization", "name": declared.creator},
        "keywords": declared.keywords,
        "inLanguage": declared.languages,
        "citeAs": (
            f"@misc{{gongkai, title={{{declared.en}}}, author={{{declared.creator}}}, "
            f"version={{{facts.version}}}, year={{{facts.released.year}}}}}"
        ),
        "distribution": [
            _file_object(file)
            for folder in ("parquet", "csv")
            for files in facts.of(folder).values()
            for file in files
        ],
        "recordSet": [_record_set(table) for table in facts.tables.values()],
    }


def _semantic(version: str) -> str:
    """The version as Croissant wants it: three numbers, and the counter of a day as the build."""
    numbers = version.split(".")
    return "+".join(filter(None, (".".join(numbers[:3]), ".".join(numbers[3:]))))


def _file_object(file: File) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": file.path,
        "name": file.path,
        "contentUrl": file.path,
        "contentSize": f"{file.bytes} B",
        "encodingFormat": MEDIA_TYPES[file.path.rpartition(".")[2]],
        "sha256": file.sha256,
    }


def _record_set(table: Table) -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        "description": f"{table.en} | {table.zh}",
        "key": [{"@id": f"{table.name}/{field}"} for field in table.key],
        "field": [_field(table, field) for field in table.fields],
    }


def _field(table: Table, field: Field) -> dict[str, Any]:
    return {
        "@type": "cr:Field",
        "@id": f"{table.name}/{field.name}",
        "name": f"{table.name}/{field.name}",
        "description": f"{field.en} | {field.zh}",
        "dataType": TYPES[field.type],
        "source": {
            "fileObject": {"@id": f"parquet/{table.name}.parquet"},
            "extract": {"column": field.name},
        },
    }
