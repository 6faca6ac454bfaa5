"""Where the compiled form of what reads documents is found, if it was compiled.

mypyc makes C of the modules from their type annotations (`transforms.compile`), which reads a text report
in half the time. What is read is the same, and where nothing was compiled the interpreter reads it. The
compiled form lies in a folder named by the content of all sources, so that it never stands in for a source
that was edited since.
"""

import sys
import sysconfig
from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[1]
BUILDS = ROOT / "build"


class _Finder(MetaPathFinder):
    """Finds the compiled modules, and leaves all others to the finders after it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """What Python asks of a finder; None for a module that was not compiled."""
        if not fullname.startswith("transforms."):
            return None
        path = [str(self.folder.joinpath(*fullname.split(".")[:-1]))]
        spec = PathFinder.find_spec(fullname, path, target)
        return spec if spec and spec.loader else None  # no loader: a folder of compiled modules


def compiled_folder() -> Path:
    """Where the compiled form of the sources as they are now belongs, whether it is there or not."""
    content = sha256(f"{sysconfig.get_config_var('EXT_SUFFIX')}".encode())
    content.update((ROOT / "requirements.lock").read_bytes())  # names the version of mypyc
    for package in ("schemas", "transforms"):
        for source in sorted((ROOT / package).rglob("[!.]*.py")):
            content.update(f"{source.relative_to(ROOT)}\0".encode() + source.read_bytes())
    return BUILDS / content.hexdigest()[:16]


def prefer_compiled() -> None:
    """Have the compiled modules imported in place of their sources, if these were compiled."""
    with suppress(OSError):  # an installed package has no lock file, an editor's file may vanish
        if BUILDS.exists() and (folder := compiled_folder()).exists():
            sys.meta_path.insert(0, _Finder(folder))
