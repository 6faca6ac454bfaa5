"""Compile the steps that every report goes through: `python -m transforms.compile`, which make does.

What comes out appears at once under its name (`transforms.compiled`), and what older sources gave goes.
"""

import io
import os
import shutil
import sys
import sysconfig
import tempfile
from contextlib import redirect_stdout
from pathlib import Path

from mypyc.build import mypycify
from setuptools import Distribution
from setuptools.command.build_ext import build_ext

from transforms.compiled import BUILDS, ROOT, compiled_folder

# Where the time goes; `regions` and `readers.fonts` look for data beside themselves and stay as they are.
MODULES = (
    *("parse", "sections", "metadata", "scope", "narrative", "rows", "turned", "tables", "match", "header"),
    *("article_forms", "columns", "align", "disputes", "cells", "reconcile", "labels", "values", "normalise"),
    *("readers/text", "readers/html", "readers/pdf", "readers/letters"),
    *("readers/ruling", "readers/aligned", "readers/grid"),
)


def main() -> None:
    """Compile the sources as they are, unless that was done or this machine cannot."""
    folder = compiled_folder()
    if folder.exists():
        return
    if missing := _missing():
        print(f"Not found: {missing}. Documents are read by the interpreter, which takes a third longer.")
        return
    print("Compiling what reads the reports: a minute or two, once for each version of the code")
    BUILDS.mkdir(exist_ok=True)
    os.chdir(ROOT)
    with tempfile.TemporaryDirectory(dir=BUILDS, prefix=".") as aside:
        _compile(Path(aside))
        if compiled_folder() != folder:
            sys.exit("The sources were edited while they were compiled: run this again")
        for old in BUILDS.glob("[!.]*"):
            shutil.rmtree(old)
        (Path(aside) / "compiled").rename(folder)


def _missing() -> str | None:
    if not shutil.which(str(sysconfig.get_config_var("CC")).split()[0]):
        return "a C compiler (Debian: gcc)"
    if not Path(sysconfig.get_path("include"), "Python.h").exists():
        return "Python's headers (Debian: python3-dev)"
    return None


def _compile(folder: Path) -> None:
    said = io.StringIO()
    try:
        with redirect_stdout(said):  # that it takes generators for lists, which are short here
            extensions = mypycify(
                [f"transforms/{module}.py" for module in MODULES],
                opt_level="1",  # more takes the compiler longer, and the reader as long
                debug_level="0",
                target_dir=str(folder / "c"),
                group_name="transforms.all",
            )
    except SystemExit:
        print(said.getvalue())
        raise
    command = build_ext(Distribution({"name": "gongkai", "ext_modules": extensions}))
    command.build_lib, command.build_temp = str(folder / "compiled"), str(folder / "c")
    for extension in extensions:
        (folder / "compiled" / Path(*extension.name.split("."))).parent.mkdir(parents=True, exist_ok=True)
    command.ensure_finalized()
    command.run()


if __name__ == "__main__":
    main()
