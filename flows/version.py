"""The version of code and reference data, by content, so that no result of another version is reused."""

import shutil
import subprocess
from functools import cache
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PROGRAMS = ("soffice", "libreoffice", "antiword")
SUFFIXES = {".py", ".csv", ".yml", ".sql", ".json", ".txt", ".j2", ".ttf"}


@cache
def parser_version() -> str:
    """Changes with anything that decides how a document is read."""
    return _version("schemas", "transforms", "data/reference")


@cache
def dataset_version() -> str:
    """Changes with anything that decides what the dataset looks like."""
    return _version("schemas", "transforms", "data/reference", "flows")


def source_commit() -> str | None:
    """The commit that is checked out; None where the code is not in a repository or git is not there."""
    try:
        command = ["git", "-C", str(ROOT), "rev-parse", "HEAD"]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None


def _version(*folders: str) -> str:
    content = sha256()
    # What reads documents besides our code: the libraries, and programs that a machine may lack.
    content.update(sha256((ROOT / "requirements.lock").read_bytes()).digest())
    content.update(" ".join(filter(shutil.which, PROGRAMS)).encode())
    for folder in folders:
        for file in sorted((ROOT / folder).rglob("*")):
            if file.suffix in SUFFIXES:
                content.update(f"{file.relative_to(ROOT)}\0".encode())
                content.update(sha256(file.read_bytes()).digest())
    return content.hexdigest()[:16]
