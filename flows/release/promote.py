"""Versions of releases, and the one rename by which a release becomes the latest."""

import json
import shutil
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

from flows.files import point, settle
from flows.paths import Paths


def last_release(paths: Paths) -> Path | None:
    """The folder of the latest release; None where there is none (one without a manifest is none)."""
    latest = paths.releases / "latest"
    return latest.resolve() if manifest(latest) else None


def manifest(folder: Path) -> dict[str, Any] | None:
    """datapackage.json of a release, None where the folder is no release."""
    try:
        read: dict[str, Any] = json.loads((folder / "datapackage.json").read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return None
    return read


def next_version(paths: Paths, released: date) -> str:
    """The day, and a counter where the day has a release already: 2026.11.22, 2026.11.22.2."""
    day = f"{released:%Y.%m.%d}"
    versions = (day if number == 1 else f"{day}.{number}" for number in count(1))
    return next(version for version in versions if not (paths.releases / version).exists())


def released_already(paths: Paths, fingerprint: str) -> Path | None:
    """The release of the dataset with this fingerprint, if it is the latest or was about to become it."""
    last = last_release(paths)
    newest = max(
        (folder for folder in paths.releases.glob("[0-9]*") if manifest(folder)),
        key=version_key,
        default=None,
    )
    for folder in (last, newest):
        if folder and (manifest(folder) or {})["fingerprint"] == fingerprint:
            return folder
    return None


def version_key(folder: Path) -> list[int]:
    """What orders releases by their versions."""
    return [int(number) for number in folder.name.split(".")]


def promote(paths: Paths, aside: Path, version: str) -> Path:
    """Make a checked release the latest: under its version first, then by one rename of the link."""
    released = paths.releases / version
    settle(aside, released)
    point(paths.releases / "latest", released)
    return released


def publish_failure(paths: Paths, aside: Path, version: str) -> Path:
    """Put what explains a failed release where people see it, and leave the latest one alone."""
    failed = paths.releases / "failed" / version
    shutil.rmtree(failed, ignore_errors=True)
    failed.parent.mkdir(parents=True, exist_ok=True)
    settle(aside, failed)
    return failed
