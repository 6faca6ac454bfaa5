"""What was compiled reads as its sources do, and stands in for these very sources alone."""

import os
import pickle
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import transforms.match
from transforms.compile import what_is_missing
from transforms.compiled import ROOT, compiled_folder
from transforms.document import Cell, Document, Issue, Line, Place
from transforms.parse import parse

DOCUMENTS = sorted(path for name in ("data/samples", "tests/files") for path in (ROOT / name).glob("*.*"))
READ_ALL = """
import sys
from pathlib import Path
from transforms.document import Unreadable
from transforms.document import Cell, Document, Issue, Line, Place
from transforms.parse import parse
for path in sys.argv[1:]:
    try:
        print(parse(Path(path).read_bytes()))
    except Unreadable as reason:
        print(reason.issue)
"""
WHERE = "import transforms.match; print(transforms.match.__spec__.origin)"

pytestmark = pytest.mark.skipif(
    not compiled_folder().exists() and (what_is_missing() is not None or "CI" not in os.environ),
    reason="these sources were not compiled: make does, given a C compiler",
)


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """A copy of all that reading needs, without what was compiled."""
    for folder in ("schemas", "transforms", "data/reference"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    shutil.copy(ROOT / "requirements.lock", tmp_path)
    return tmp_path


def run(root: Path, program: str, *arguments: str | Path) -> str:
    command = [sys.executable, "-c", program, *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    # What goes wrong there is printed here.
    done = subprocess.run(command, cwd=root, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout


def test_the_compiled_form_is_what_these_tests_use() -> None:
    assert Path(transforms.match.__file__).is_relative_to(compiled_folder())


def test_every_file_reads_the_same_compiled_or_not(sources: Path) -> None:
    assert run(sources, WHERE).strip() == str(sources / "transforms" / "match.py")
    interpreted = run(sources, READ_ALL, *DOCUMENTS).splitlines()
    assert len(interpreted) >= len(DOCUMENTS) > 20
    assert run(ROOT, READ_ALL, *DOCUMENTS).splitlines() == interpreted


def test_an_edited_source_is_read_itself(sources: Path) -> None:
    shutil.copytree(compiled_folder(), sources / "build" / compiled_folder().name)
    assert Path(run(sources, WHERE).strip()).is_relative_to(sources / "build" / compiled_folder().name)
    with (sources / "transforms" / "values.py").open("a") as source:
        source.write("# edited\n")
    assert run(sources, WHERE).strip() == str(sources / "transforms" / "match.py")


def test_a_report_passes_from_process_to_process() -> None:
    report = parse(DOCUMENTS[0].read_bytes())
    assert report.cells
    assert pickle.loads(pickle.dumps(report)) == report


def test_small_values_pass_from_process_to_process() -> None:
    place = Place(3, 1, 2)
    document = Document([Line((Cell("12", place),))], "text", issues=[Issue("no_title", "none", place=place)])
    assert pickle.loads(pickle.dumps(document)) == document
