"""ZIP files: the documents packed in them, and the parts that DOCX and XLSX files consist of."""

import io
import zipfile
import zlib
from collections.abc import Iterator

from schemas.limits import limits
from transforms.document import Issue, Unreadable
from transforms.readers.grid import too_large

_LEFTOVERS = ("__MACOSX/", ".DS_Store", "Thumbs.db")
_RATIO_FROM = 1_000_000  # bytes: below, even the best packed file does no harm
_UTF8_NAME, _ENCRYPTED = 0x800, 0x1  # bits of a member's flags
_OFFICE_PARTS = ("[Content_Types].xml", "mimetype", "OFD.xml")


def members(data: bytes, depth: int = 1) -> Iterator[tuple[str, bytes]]:
    """Every file in a ZIP as (name, bytes), those of ZIPs within it included (`outer.zip/inner.doc`).

    A DOCX, XLSX or other document that is a ZIP itself is one file. Names are read as UTF-8 or GBK.
    Members that cannot be unpacked (encrypted, damaged) do not stop the others: after the last one,
    Unreadable is raised and names them. Raises Unreadable at once where the limits are passed.
    """
    if depth > limits().archive_depth:
        raise too_large("ZIP files within each other", limits().archive_depth)
    failed: list[str] = []
    left = limits().unpacked_bytes
    with open_zip(data) as archive:
        for info in archive.infolist():
            name = _name(info)
            if info.is_dir() or any(leftover in name for leftover in _LEFTOVERS):
                continue
            try:
                content = unpack(archive, info)
            except Unreadable as error:
                if error.issue.code == "too_large":
                    raise
                failed.append(name)
                continue
            left -= len(content)
            if left < 0:
                raise too_large("bytes in one ZIP file", limits().unpacked_bytes)
            if content.startswith(b"PK\x03\x04") and not is_document(content):
                yield from ((f"{name}/{inner}", part) for inner, part in members(content, depth + 1))
            else:
                yield name, content
    if failed:
        message = f"{len(failed)} files in the ZIP cannot be unpacked (encrypted or damaged)"
        raise Unreadable(Issue("damaged", message, raw=", ".join(failed[:10])))


def is_document(data: bytes) -> bool:
    """Whether a ZIP is one document (DOCX, XLSX, ODT, OFD and the like) and not several files."""
    with open_zip(data) as archive:
        return any(name in archive.NameToInfo for name in _OFFICE_PARTS)


def open_zip(data: bytes) -> zipfile.ZipFile:
    """The ZIP in `data`; Unreadable where it is damaged or has more members than the limit."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        message = f"a ZIP, DOCX or XLSX file that is damaged or cut short ({error}); fetch it again"
        raise Unreadable(Issue("damaged", message)) from error
    if len(archive.infolist()) > limits().members:
        raise too_large("files in a ZIP", limits().members)
    return archive


def unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo | str) -> bytes:
    """One member, read no further than the limits allow, whatever size it declares.

    Raises Unreadable: `too_large`, `encrypted`, or `damaged` (a missing member too).
    """
    limit = limits().member_bytes
    try:
        info = archive.getinfo(member) if isinstance(member, str) else member
        if info.flag_bits & _ENCRYPTED:
            raise Unreadable(Issue("encrypted", "a ZIP file with a password; unpack it and give its files"))
        with archive.open(info) as stream:
            content = stream.read(limit + 1)
    except (
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        NotImplementedError,
        OSError,
        EOFError,
        zlib.error,
    ) as error:
        raise Unreadable(
            Issue("damaged", f"a part of the file cannot be unpacked ({error}); fetch it again")
        ) from error
    if len(content) > limit:
        raise too_large("bytes in one file of a ZIP", limit)
    if len(content) > _RATIO_FROM and len(content) > limits().ratio * max(info.compress_size, 1):
        raise too_large("times its packed size in one file of a ZIP", limits().ratio)
    return content


def _name(info: zipfile.ZipInfo) -> str:
    if info.flag_bits & _UTF8_NAME:
        return info.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return info.filename.encode("cp437").decode(encoding)
        except UnicodeError:
            continue
    return info.filename
