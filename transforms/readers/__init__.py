"""Bytes of any kind to lines of cells: `read` tells the kind (`kinds`), one reader per kind does the rest."""

from transforms.readers.kinds import read

__all__ = ["read"]
