"""Compile what reads documents: `python -m transforms.compile`, which make does.

What comes out appears at once under its name (`transforms.compiled`), and what older sources gave goes.
"""

import fcntl
import io
import os
import shutil
import sysconfig
import tempfile
from contextlib import redirect_stdout
from pathlib import Path

from transforms.compiled import BUILDS, ROOT, compiled_folder

# Where the time goes.
MODULES = (
    *("parse", "headings", "sections", "metadata", "scope", "cell_text", "rows", "turned", "tables"),
    *("options", "match", "instances", "article_forms", "header", "columns", "align"),
    *("disputes/words", "disputes/block", "disputes/find", "disputes/lay_out", "cells", "reconcile"),
    *("running_text", "narrative", "titles", "labels", "values", "normalise", "document", "records"),
    *("regions", "agencies", "tabulate", "remember", "said"),
    *("readers/kinds", "readers/text", "readers/encoding", "readers/html", "readers/pdf", "readers/letters"),
    *("readers/ruling", "readers/aligned", "readers/grid"),
)
FLAGS = [
    *("-fno-semantic-interposition", "-fvisibility=hidden"),  # functions call each other directly
    "-fno-plt",
    # What of -O2 takes the compiler little time.
    *("-finline-small-functions", "-freorder-blocks-algorithm=stc", "-freorder-blocks-and-partition"),
    *("-fstrict-aliasing", "-foptimize-sibling-calls", "-fcaller-saves", "-fipa-ra", "-fpeephole2"),
    *("-fschedule-insns2", "-falign-functions", "-falign-loops"),
    "-Wno-all",  # to look for faults of C that nobody wrote takes longer than to compile it
]


def main() -> None:
    """Compile the sources as they are, unless that was done or this machine cannot."""
    folder = compiled_folder()
    if folder.exists():
        return
    problem = what_is_missing()
    if not problem:
        print("Compiling what reads documents: a minute or two, once for a version of the code", flush=True)
        problem = _publish(folder)
    if problem:
        print(f"Not compiled: {problem}. The interpreter reads documents, text in twice the time.")


def what_is_missing() -> str | None:
    """What compiling needs and this machine lacks."""
    compiler = str(sysconfig.get_config_var("CC")).split()[0]
    if not shutil.which(compiler):
        return f"no C compiler ({compiler})"
    if not Path(sysconfig.get_path("include"), "Python.h").exists():
        return "no headers of Python (Debian: python3-dev)"
    return None


def _publish(folder: Path) -> str | None:
    """Compile into `folder`, which appears whole or not at all; returns why it could not."""
    from setuptools.errors import BaseError, CCompilerError

    os.chdir(ROOT)
    BUILDS.mkdir(exist_ok=True)
    with (BUILDS / ".lock").open("w") as lock, tempfile.TemporaryDirectory(dir=BUILDS, prefix=".") as name:
        fcntl.flock(lock, fcntl.LOCK_EX)
        aside = Path(name)
        if folder.exists():  # another has done it meanwhile
            return None
        try:
            _compile(aside)
        except (BaseError, CCompilerError, OSError) as error:
            return str(error)
        if compiled_folder() != folder:
            return "the sources were edited meanwhile"
        for old in BUILDS.glob("[!.]*"):  # moved first: what is taken away in part would still be found
            old.rename(aside / old.name)
        (aside / "compiled").rename(folder)
    return None


def _compile(folder: Path) -> None:
    # Not needed by who has all compiled.
    from mypyc.build import mypycify
    from setuptools import Distribution
    from setuptools.command.build_ext import build_ext
    from setuptools.errors import BaseError

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
    except SystemExit as error:
        raise BaseError(f"mypyc refuses the sources\n{said.getvalue()}") from error
    for extension in extensions:
        extension.extra_compile_args += FLAGS
    command = build_ext(Distribution({"name": "gongkai", "ext_modules": extensions}))
    command.build_lib, command.build_temp = str(folder / "compiled"), str(folder / "c")
    for extension in extensions:
        (folder / "compiled" / Path(*extension.name.split("."))).parent.mkdir(parents=True, exist_ok=True)
    command.ensure_finalized()
    command.run()


if __name__ == "__main__":
    main()
