"""One real night, run once for all tests that look at what it leaves."""

import hashlib
import os
import pickle
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from filelock import FileLock

from flows.paths import Paths

ROOT = Path(__file__).resolve().parents[1]
BROKEN = {
    "empty.txt": b"",
    "binary.bin": bytes(range(256)) * 64,
    "unrelated.txt": "关于召开会议的通知\n请各单位按时参加。\n".encode(),
    "truncated.docx": b"PK\x03\x04" + b"\x00" * 40,
}


@dataclass(frozen=True)
class Night:
    """A data folder after two nights in a row, what they printed, and the published bytes after each."""

    paths: Paths
    first: subprocess.CompletedProcess[str]
    second: subprocess.CompletedProcess[str]
    after_first: dict[str, str]
    after_second: dict[str, str]


@pytest.fixture(scope="session")
def night(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Night:
    """The bundled samples, and a second source with files that are no reports, through `gongkai nightly`.

    The processes that run tests side by side share one.
    """
    folder = tmp_path_factory.getbasetemp()
    folder = folder if worker_id == "master" else folder.parent
    known = folder / "night.pickle"
    with FileLock(folder / "night.lock"):
        if not known.exists():
            known.write_bytes(pickle.dumps(_night(folder / "night" / "data")))
    found: Night = pickle.loads(known.read_bytes())
    return found


def _night(data: Path) -> Night:
    shutil.copytree(ROOT / "data" / "samples", data / "samples")
    (data / "broken").mkdir()
    for name, content in BROKEN.items():
        (data / "broken" / name).write_bytes(content)
    broken = "  - {name: broken, kind: directory, path: data/broken, title: Files that are no reports}\n"
    (data / "sources.yml").write_text((ROOT / "data" / "sources.yml").read_text("utf-8") + broken, "utf-8")
    paths = Paths(data)
    first = gongkai("--data", str(data), "nightly")
    after_first = published(paths)
    second = gongkai("--data", str(data), "nightly")
    return Night(paths, first, second, after_first, published(paths))


def gongkai(*arguments: str, typed: str | None = None) -> subprocess.CompletedProcess[str]:
    """The command as people run it, in a process of its own."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT")}
    command = [sys.executable, "-c", "from flows.cli import main; main()", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, input=typed
    )


def published(paths: Paths) -> dict[str, str]:
    """Every file that others read, with its hash; the state folder is the program's own."""
    files = [
        Path(folder, name)
        for top in (paths.raw, paths.warehouse, paths.releases)
        for folder, _, names in os.walk(top, followlinks=True)
        for name in names
    ]
    return {
        str(file.relative_to(paths.data)): hashlib.sha256(file.read_bytes()).hexdigest() for file in files
    }


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave before DuckDB's bindings print pages about what pytest still holds at the interpreter's end."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and reporter._session is not None:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(int(reporter._session.exitstatus))
