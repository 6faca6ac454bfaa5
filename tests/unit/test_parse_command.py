"""`gongkai parse` keeps the contract that other programs rely on."""

import csv
import io
import json
import subprocess
import sys
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import BROKEN, ROOT, gongkai

SAMPLES = ROOT / "data" / "samples"


def parsed(*paths: Path | str) -> tuple[int, list[dict[str, Any]], str]:
    done = gongkai("parse", *map(str, paths))
    return (
        done.returncode,
        [json.loads(line, parse_float=Decimal) for line in done.stdout.splitlines()],
        done.stderr,
    )


@pytest.fixture(scope="module")
def samples() -> list[dict[str, Any]]:
    status, documents, _ = parsed(SAMPLES)
    assert status == 0
    return documents


def test_one_object_a_document_in_sorted_order(samples: list[dict[str, Any]]) -> None:
    assert [document["document"] for document in samples] == sorted(str(path) for path in SAMPLES.iterdir())
    assert list(samples[0])[:6] == ["document", "title", "agency", "region_code", "year", "forms"]
    assert {"cells", "sections", "identities", "issues", "document_id"} <= set(samples[0])


def test_a_cell_says_what_is_printed_and_where(samples: list[dict[str, Any]]) -> None:
    places = {"text": {"line", "start", "end"}, "pdf": {"page", "box"}}
    in_grid = {"table", "row", "column"}  # HTML, Word and Excel
    cells = [cell for document in samples for cell in document["cells"] if cell["value"] is not None]
    for cell in cells:
        assert cell["value_raw"]
        place = cell["provenance"]
        assert {"document_id", *places.get(place["reader"], in_grid)} <= set(place)
    text = Path(samples[0]["document"]).read_text("utf-8").splitlines()
    for cell in samples[0]["cells"]:
        if cell["value_raw"] is None:
            continue
        place = cell["provenance"]
        assert text[place["line"] - 1][place["start"] - 1 : place["end"]].strip() == cell["value_raw"].strip()


def test_decimals_are_exact(samples: list[dict[str, Any]]) -> None:
    amounts = [
        cell["value"] for document in samples for cell in document["cells"] if cell["column"] == "amount"
    ]
    assert Decimal("829.9459") in amounts


def test_the_source_names_the_body_that_the_document_does_not(samples: list[dict[str, Any]]) -> None:
    assert (samples[3]["agency"], samples[3]["region_code"], samples[3]["year"]) == (
        "安康市人民政府办公室",
        "610900",
        2022,
    )


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_document_is_told_and_stops_no_other(tmp_path: Path, name: str) -> None:
    broken, good = tmp_path / name, SAMPLES / "000_gangcha_2022.txt"
    broken.write_bytes(BROKEN[name])
    status, documents, messages = parsed(broken, good)
    assert status == 1
    assert [len(document["cells"]) > 0 for document in documents] == [False, True]
    assert documents[0]["issues"]
    assert str(broken) in messages
    assert "Traceback" not in messages


def test_members_of_an_archive_are_documents() -> None:
    status, documents, messages = parsed(ROOT / "tests" / "files" / "reports.zip")
    assert documents, messages
    assert all("reports.zip!" in document["document"] for document in documents)
    assert status in (0, 1)


def test_wrong_usage_has_a_status_of_its_own(tmp_path: Path) -> None:
    assert gongkai("parse").returncode == 2
    assert gongkai("parse", str(tmp_path / "nowhere")).returncode == 2
    assert gongkai("parse", "--format", "xml", str(SAMPLES)).returncode == 2


def test_csv_has_a_row_per_cell() -> None:
    rows = list(csv.DictReader(io.StringIO(gongkai("parse", "--format", "csv", str(SAMPLES)).stdout)))
    assert len(rows) == 4380
    assert rows[0]["agency"] == "刚察县人民政府办公室"
    assert rows[0]["place"].startswith("line ")


def test_output_closed_early_is_no_error() -> None:
    command = [sys.executable, "-c", "from flows.cli import main; main()", "parse", str(SAMPLES)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert b"Traceback" not in process.stderr.read()


def test_a_damaged_archive_says_so_and_gives_what_it_holds(tmp_path: Path) -> None:
    archive = tmp_path / "reports.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.write(SAMPLES / "000_gangcha_2022.txt", "good.txt")
        file.writestr("bad.txt", "x" * 5000)
    archive.write_bytes(archive.read_bytes().replace(b"x" * 100, b"y" * 100, 1))
    status, documents, messages = parsed(archive)
    assert status == 1
    assert [len(document["cells"]) > 0 for document in documents] == [True, False]
    assert "bad.txt" in documents[1]["issues"][0]["raw"]
    assert f"{archive}: " in messages
