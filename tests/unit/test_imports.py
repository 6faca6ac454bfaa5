"""Imports point one way, flows → transforms → schemas, and Prefect stays under flows/."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ABOVE = {"schemas": {"transforms", "flows", "prefect"}, "transforms": {"flows", "prefect"}}


@pytest.mark.parametrize("folder", ABOVE)
def test_a_lower_folder_imports_none_above_it(folder: str) -> None:
    for file in (ROOT / folder).rglob("*.py"):
        assert imported(file).isdisjoint(ABOVE[folder]), file


def test_only_the_flow_its_server_and_its_deployments_know_prefect() -> None:
    files = {file.name for file in (ROOT / "flows").rglob("*.py") if "prefect" in imported(file)}
    assert files == {"nightly.py", "cluster.py", "server.py", "deployments.py"}


@pytest.mark.parametrize("arguments", [["parse", "data/samples"], ["sql", "--help"], ["--help"]])
def test_commands_run_by_hand_start_without_the_heavy_libraries(arguments: list[str]) -> None:
    code = (
        "import sys, click\n"
        "from flows.cli import main\n"
        f"try: main({arguments!r})\n"
        "except SystemExit: pass\n"
        "heavy = {'prefect', 'pandas', 'pyarrow', 'pandera'} & set(sys.modules)\n"
        "sys.exit(f'imported {heavy}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def imported(file: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
    return names
