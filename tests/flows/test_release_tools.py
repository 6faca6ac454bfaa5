"""What others use accepts a release of the samples as it is."""

import csv
import hashlib
import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow.parquet as pq
import pytest

from schemas.dataset import tables
from schemas.dataset.about import about
from schemas.forms import form_cells
from schemas.views import views
from tests.conftest import ROOT, Night

TEXTS = ("报告", "政府")


@pytest.fixture(scope="module")
def latest(night: Night) -> Path:
    return (night.paths.releases / "latest").resolve()


@pytest.fixture(scope="module")
def package(latest: Path) -> dict:
    return json.loads((latest / "datapackage.json").read_text("utf-8"))


def test_frictionless_finds_nothing_wrong(latest: Path) -> None:
    from frictionless import validate

    report = validate(str(latest / "datapackage.json"))
    assert report.flatten(["name", "rowNumber", "fieldName", "type", "message"]) == []
    assert report.valid
    assert len(report.tasks) == len(list((latest / "csv").iterdir()))


def test_the_package_describes_every_field_key_and_reference(package: dict) -> None:
    resources = {resource["name"]: resource for resource in package["resources"]}
    cells = resources["cells"]["schema"]
    assert cells["primaryKey"] == ["report_id", "table", "row", "column"]
    assert {"fields": ["report_id"], "reference": {"resource": "reports", "fields": ["report_id"]}} in cells[
        "foreignKeys"
    ]
    assert cells["missingValues"][0]["value"] == ""
    assert "0" in cells["missingValues"][0]["label"]
    status = next(field for field in cells["fields"] if field["name"] == "value_status")
    assert "blank" in status["constraints"]["enum"]
    assert package["licenses"][0]["name"] == "CC-BY-4.0"
    assert package["sources"]
    assert package["version"].startswith(package["created"][:10].replace("-", "."))
    assert package["schema_version"] == about().schema_version


def test_croissant_is_valid_and_its_records_can_be_read(latest: Path, package: dict) -> None:
    import mlcroissant

    dataset = mlcroissant.Dataset(jsonld=str(latest / "croissant.json"))
    assert not dataset.metadata.ctx.issues.errors
    assert not dataset.metadata.ctx.issues.warnings
    assert package["version"].startswith(str(dataset.metadata.version).partition("+")[0])
    records = list(dataset.records("requests"))
    assert len(records) == len(pd.read_csv(latest / "csv" / "requests.csv"))
    assert "requests/new_received_total" in records[0]


def test_json_ld_is_an_rdf_graph_of_one_dataset(latest: Path) -> None:
    from rdflib import Graph, Namespace
    from rdflib.namespace import DCAT, RDF

    graph = Graph().parse(latest / "dataset.jsonld", format="json-ld")
    schema = Namespace("https://schema.org/")
    assert len(list(graph.subjects(RDF.type, DCAT.Dataset))) == 1
    assert len(list(graph.subjects(RDF.type, schema.Dataset))) == 1
    files = {str(name) for name in graph.objects(None, schema.contentUrl)}
    assert {"gongkai.duckdb", "csv/cells.csv", "parquet/cells.parquet"} <= files


def test_sha256sum_checks_every_file(latest: Path) -> None:
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"],
        cwd=latest,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    named = {line.split("  ", 1)[1] for line in (latest / "SHA256SUMS").read_text("utf-8").splitlines()}
    there = {str(file.relative_to(latest)) for file in latest.rglob("*") if file.is_file()}
    assert there - named == {"SHA256SUMS"}


def test_pandas_and_duckdb_read_the_same_from_csv_and_parquet(latest: Path) -> None:
    for resource in sorted((latest / "csv").glob("*.csv")):
        frame = pd.read_csv(resource, low_memory=False)
        table = pq.read_table(latest / "parquet" / f"{resource.stem}.parquet")
        assert list(frame.columns) == table.column_names
        assert len(frame) == table.num_rows
        count = duckdb.sql(f"SELECT count(*) FROM read_csv('{resource}')").fetchall()
        assert count == [(table.num_rows,)]
    exact = duckdb.sql(
        f"""SELECT count(*)
        FROM read_csv('{latest}/csv/cells.csv', types = {{'value': 'DECIMAL(24, 8)'}}) AS text
        JOIN read_parquet('{latest}/parquet/cells.parquet') AS data
            USING (report_id, "table", "row", "column")
        WHERE text.value IS DISTINCT FROM data.value"""
    ).fetchall()
    assert exact == [(0,)]


READR = """
arguments <- commandArgs(TRUE)
for (path in list.files(arguments[1], "[.]csv$", full.names = TRUE)) {
  frame <- readr::read_csv(path, guess_max = Inf, show_col_types = FALSE)
  stopifnot(nrow(readr::problems(frame)) == 0)
  file <- tools::file_path_sans_ext(basename(path))
  for (name in names(frame)) {
    cat(file, name, class(frame[[name]])[1], nrow(frame), sum(is.na(frame[[name]])), sep = "\t")
    cat("\n")
  }
  if (file == "agencies") cat(enc2utf8(frame$agency), file = arguments[2], sep = "\n")
}
"""
CLASSES = {
    "integer": "numeric",
    "number": "numeric",
    "date": "Date",
    "datetime": "POSIXct",
    "boolean": "logical",
}


def test_readr_guesses_the_types_and_finds_every_value(latest: Path, package: dict, tmp_path: Path) -> None:
    """As docs/releases.md tells R users to read it: no column types given, "" and NA taken for no value."""
    if shutil.which("Rscript") is None:
        pytest.skip("R's readr is not installed (apt-get install r-cran-readr)")
    (tmp_path / "read.R").write_text(READR, "utf-8")
    command = ["Rscript", str(tmp_path / "read.R"), str(latest / "csv"), str(tmp_path / "names")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    read = {tuple(line.split("\t")[:2]): line.split("\t")[2:] for line in done.stdout.splitlines()}
    for resource in package["resources"]:
        name = Path(resource["path"]).stem
        table = pq.read_table(latest / "parquet" / f"{name}.parquet")
        for field in resource["schema"]["fields"]:
            kind, rows, missing = read.pop((name, field["name"]))
            values = table[field["name"]].to_pylist()
            nulls = values.count(None) + values.count("")
            assert (int(rows), int(missing)) == (table.num_rows, nulls), (name, field["name"])
            if nulls < table.num_rows and field["type"] in CLASSES:
                assert kind == CLASSES[field["type"]], (name, field["name"])
    assert read == {}
    names = pq.read_table(latest / "parquet" / "agencies.parquet")["agency"].to_pylist()
    assert (tmp_path / "names").read_text("utf-8").split() == names


def test_parquet_explains_its_columns(latest: Path) -> None:
    for name in ("cells", "requests"):
        for field in pq.read_schema(latest / "parquet" / f"{name}.parquet"):
            assert field.metadata[b"description"], (name, field.name)
            assert field.metadata[b"description_zh"], (name, field.name)


def test_the_database_of_the_release_can_be_asked(latest: Path) -> None:
    with duckdb.connect(latest / "gongkai.duckdb", read_only=True) as connection:
        reports = connection.execute("SELECT count(*) FROM requests").fetchone()
    assert reports == (pq.read_metadata(latest / "parquet" / "reports.parquet").num_rows,)


def test_the_dictionary_names_everything_in_both_languages(latest: Path) -> None:
    for name in ("dictionary.md", "dictionary.html"):
        text = (latest / name).read_text("utf-8")
        for declared in [*tables().values(), *views()]:
            assert declared.name in text
        for cell in form_cells():
            assert f"{cell.row}_{cell.column}" in text
            assert cell.row_label in text.replace("\\|", "|") or "&" in cell.row_label
        for caution in about().cautions:
            assert caution.zh in text


def test_the_sample_is_small_and_holds_together(latest: Path) -> None:
    sample = latest / "sample"
    reports = set(pd.read_csv(sample / "reports.csv")["report_id"])
    assert len(reports) == 5
    assert set(pd.read_csv(sample / "cells.csv", low_memory=False)["report_id"]) == reports
    assert {file.name for file in sample.iterdir()} == {file.name for file in (latest / "csv").iterdir()}


def test_citation_file_format(latest: Path, package: dict) -> None:
    import yaml

    cited = yaml.safe_load((latest / "CITATION.cff").read_text("utf-8"))
    assert cited["cff-version"] == "1.2.0"
    assert cited["type"] == "dataset"
    assert cited["version"] == package["version"]
    assert cited["date-released"] == package["created"][:10]


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_the_excel_twin_as_it_is(latest: Path, tmp_path: Path) -> None:
    """Imported as UTF-8, numbers and dates recognised wherever they can be, as Excel does."""
    given = tmp_path / "twin.csv"
    texts = ["=1+1", "+86", "-", "@x", "007", "1,234", "25.10", "3/4", "隰县人民政府", "56", "829.9459"]
    safe = [
        "'=1+1",
        "'+86",
        "'-",
        "'@x",
        "'007",
        "'1,234",
        "'25.10",
        "'3/4",
        "隰县人民政府",
        "56",
        "829.9459",
    ]
    given.write_text("\ufeffprinted\r\n" + "".join(f'"{text}"\r\n' for text in safe), "utf-8")
    shutil.copy(latest / "excel" / "reports.csv", tmp_path)
    convert = [
        "soffice",
        "--headless",
        f"-env:UserInstallation=file://{tmp_path}/profile",
        "--infilter=Text - txt - csv (StarCalc):44,34,76,1,,0,false,true",
        "--convert-to",
        "fods",
        "--outdir",
        str(tmp_path / "opened"),
    ]
    subprocess.run(
        [*convert, str(given), str(tmp_path / "reports.csv")], check=True, capture_output=True, timeout=120
    )
    if not (tmp_path / "opened" / "twin.fods").exists():
        pytest.skip("LibreOffice is installed without Calc")
    opened = spreadsheet(tmp_path / "opened" / "twin.fods")
    assert [line[0].removeprefix("'") for line in opened[1:]] == texts
    reports = spreadsheet(tmp_path / "opened" / "reports.fods")
    with (latest / "excel" / "reports.csv").open(encoding="utf-8-sig", newline="") as file:
        written = list(csv.reader(file))
    assert [line[:5] for line in reports] == [line[:5] for line in written]
    assert "隰县人民政府" in {line[2] for line in reports}


def spreadsheet(file: Path) -> list[list[str]]:
    """What each cell shows; a formula fails."""
    from lxml import etree

    table = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
    text = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
    lines = []
    for row in etree.parse(file).iter(f"{table}table-row"):
        line: list[str] = []
        for cell in row.iter(f"{table}table-cell"):
            assert f"{table}formula" not in cell.attrib
            shown = "\n".join("".join(part.itertext()) for part in cell.iter(f"{text}p"))
            line += [shown] * min(int(cell.get(f"{table}number-columns-repeated", 1)), 50)
        if any(line):
            lines.append(line)
    return lines


def test_the_same_archive_gives_the_same_bytes(night: Night, tmp_path: Path) -> None:
    """Built twice: in another folder, from logs in another order, with another number of workers."""
    given = {**os.environ, "SOURCE_DATE_EPOCH": str(int(datetime(2026, 11, 22, tzinfo=UTC).timestamp()))}
    found = []
    for workers, folder in ((1, tmp_path / "a"), (3, tmp_path / "somewhere" / "else")):
        data = folder / "data"
        shutil.copytree(night.paths.raw, data / "raw")
        shutil.copy(night.paths.sources, data)
        for log in (data / "raw").rglob("*.jsonl"):
            lines = log.read_bytes().splitlines(keepends=True)
            log.chmod(0o644)
            log.write_bytes(b"".join(lines if workers == 1 else reversed(lines)))
        for command in ("normalise", "load", "release"):
            code = f"import os; os.cpu_count = lambda: {workers}\nfrom flows.cli import main; main()"
            subprocess.run(
                [sys.executable, "-c", code, "--data", str(data), command],
                cwd=ROOT,
                env=given,
                check=True,
                capture_output=True,
            )
        release = data / "releases" / "2026.11.22"
        found.append(
            {
                str(file.relative_to(release)): hashlib.sha256(file.read_bytes()).hexdigest()
                for file in release.rglob("*")
                if file.is_file()
            }
        )
    for files in found:  # DuckDB lays the same rows out differently each time
        assert {files.pop(name) for name in ("gongkai.duckdb", "SHA256SUMS")}
    assert found[0] == found[1]
