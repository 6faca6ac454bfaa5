"""The dossier of sources (data/sources.yml): where documents come from, what is known of them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import msgspec
import yaml

from transforms.records import SourceEntry


class BadSourcesError(Exception):
    """sources.yml cannot be used; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Source:
    """One source of documents.

    A `directory` source is a folder of files below `path`, relative to the folder that holds `data`.
    `entries` says of single files, by their path below that folder, what they themselves may not say;
    `region_code` holds for the files without one of their own. Other kinds come as values of `kind`.
    """

    name: str
    kind: Literal["directory"]
    path: str
    title: str
    region_code: str | None = None
    entries: dict[str, SourceEntry] = field(default_factory=dict)

    def entry(self, file: str) -> SourceEntry:
        """What is known of a file, or of a member of an archive by the archive's entry."""
        known = self.entries.get(file) or self.entries.get(file.partition("!")[0]) or SourceEntry()
        return SourceEntry(known.agency, known.region_code or self.region_code, known.year)


def known_entries(sources: list[Source], root: Path) -> Callable[[Path, str], SourceEntry]:
    """A function from a file anywhere on disk, and its member's name, to what the sources know of it."""
    folders = [(source, (root / source.path).resolve()) for source in sources]

    def entry(file: Path, member: str = "") -> SourceEntry:
        resolved = file.resolve()
        for source, folder in folders:
            if resolved.is_relative_to(folder):
                return source.entry(f"{resolved.relative_to(folder).as_posix()}{member}")
        return SourceEntry()

    return entry


def read_sources(path: Path) -> list[Source]:
    """Read and check the dossier; BadSourcesError says what is wrong with it."""
    try:
        declared = yaml.safe_load(path.read_text("utf-8"))
        sources = msgspec.convert(declared, dict[Literal["sources"], list[Source]])["sources"]
    except FileNotFoundError:
        raise BadSourcesError(f"{path} does not exist; it lists the sources to read") from None
    except yaml.YAMLError as error:
        raise BadSourcesError(f"{path} is not valid YAML: {error}") from None
    except (msgspec.ValidationError, KeyError) as error:
        raise BadSourcesError(f"{path}: {error}") from None
    _reject_unknown_keys(path, declared)
    names = [source.name for source in sources]
    if twice := {name for name in names if names.count(name) > 1}:
        raise BadSourcesError(
            f"{path}: each source needs a name of its own, but there are several {sorted(twice)}"
        )
    return sources


def _reject_unknown_keys(path: Path, declared: dict[str, Any]) -> None:
    for source in declared["sources"]:
        _known_keys(path, source["name"], source, Source)
        for file, entry in (source.get("entries") or {}).items():
            _known_keys(path, f"{source['name']}, {file}", entry, SourceEntry)


def _known_keys(path: Path, where: str, given: dict[str, Any], kind: type) -> None:
    if unknown := sorted(set(given) - set(kind.__dataclass_fields__)):  # type: ignore[attr-defined]
        raise BadSourcesError(f"{path}: {where}: unknown {', '.join(unknown)}")
