"""The tables that need no documents: departments, sources, regions and the cells of the forms."""

from dataclasses import asdict
from typing import Any

from flows.paths import Paths
from flows.sources import read_sources, source_rows
from flows.validate.writer import Writer
from schemas.forms import form_cells
from transforms.agencies import departments
from transforms.regions import LATEST, regions


def write_reference(writer: Writer, paths: Paths) -> None:
    """Write the tables that are declared, not read."""
    writer.write_rows("departments", _departments())
    writer.write_rows("sources", source_rows(read_sources(paths.sources)))
    writer.write_rows("regions", _regions())
    writer.write_rows("codebook", [asdict(cell) for cell in form_cells()])


def _departments() -> list[dict[str, Any]]:
    return [
        {
            "department": entry.department,
            "department_name": entry.zh,
            "department_name_en": entry.en,
            "abolished": entry.abolished,
            "successor_department": entry.successor,
        }
        for entry in departments().values()
    ]


def _regions() -> list[dict[str, Any]]:
    return [
        {
            "region_code": entry.code,
            "region": entry.name,
            "level": entry.level,
            "parent_code": entry.parent or None,
            "valid_from": entry.valid_from or None,
            "valid_to": entry.valid_to if entry.valid_to < LATEST else None,
            "successors": " ".join(entry.successors) or None,
            "successor_code": entry.successor,
            "longitude": entry.seat and entry.seat[0],
            "latitude": entry.seat and entry.seat[1],
        }
        for entry in regions()
    ]
