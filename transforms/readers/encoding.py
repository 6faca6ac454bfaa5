"""Bytes of text to characters, whatever Chinese encoding they are in and whatever they claim to be.

Encodings are compared by how much of a sample they turn into the characters that Chinese texts are
made of; what a page declares only breaks ties, since portals declare wrongly.
"""

import codecs
import re
from functools import cache

from transforms.document import Issue, Place

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark is the start of it
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE)
_NAMES = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs", "utf8": "utf-8"}
_KNOWN_WORDS = ("政府", "信息", "公开", "申请", "年度", "报告", "行政", "公開", "申請", "報告", "資訊")
_CERTAIN = 1.25  # of how well an encoding fits: known words, and nearly all characters usual
_SAMPLE = 2048  # bytes from the first Chinese one on: enough to tell encodings apart
_NOT_BY_CHANCE = 16  # so many continuation bytes of valid UTF-8 are no text in another encoding
_PLAUSIBLE = 0.6  # share of usual characters below which a text is no Chinese text
# (read as, was): how a text comes to be saved again after it was read in the wrong encoding.
_MISREADINGS = (("gb18030", "utf-8"), ("latin-1", "utf-8"), ("latin-1", "gb18030"))


def decode(data: bytes) -> tuple[str, list[Issue]]:
    """The text of `data`, without a byte-order mark, and what was doubtful about its encoding.

    Never fails: bytes that the encoding cannot explain become U+FFFD, with an issue that says where.
    A text that was read in a wrong encoding and saved again is restored only where that is exact.
    """
    data, encoding = _without_mark(data)
    issues: list[Issue] = []
    text = None if encoding else _utf_8(data)
    if text is None:
        encoding = encoding or _encoding(data)
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            text, issues = data.decode(encoding, "replace"), [_undecodable(data, encoding, error)]
    if text.isascii() or _has_known_word(text):
        return text, issues
    restored = _restored(text)
    if restored:
        message = "the text had been read in a wrong encoding and saved again; its characters were restored"
        return restored, [*issues, Issue("encoding_restored", message, raw=text[:40])]
    if _usual_share(text[:_SAMPLE]) < _PLAUSIBLE:
        message = f"read as {encoding}, this is no Chinese text; fetch the file again or save it as UTF-8"
        issues.append(Issue("encoding_doubtful", message, raw=text[:40]))
    return text, issues


def _without_mark(data: bytes) -> tuple[bytes, str]:
    """`data` without its byte-order mark, and the encoding of which the mark tells, if any."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :], encoding
    return data, ""


def _has_known_word(text: str) -> bool:
    return any(word in text for word in _KNOWN_WORDS)


def _utf_8(data: bytes) -> str | None:
    """The text of `data` where it is certainly UTF-8: all ASCII, or with more of it than comes by chance."""
    if _is_with_nul(data):
        return None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    continuation_bytes = len(data) - len(text)  # those that go on with a character begun before
    return text if continuation_bytes >= _NOT_BY_CHANCE or data.isascii() else None


def _is_with_nul(data: bytes) -> bool:
    """Whether NUL bytes stand near the start, as in UTF-16: its digits, spaces and line ends have some."""
    return b"\0" in data[:_SAMPLE]


def _encoding(data: bytes) -> str:
    """The best encoding for `data` without a byte-order mark that is not certainly UTF-8."""
    if _is_with_nul(data):
        sample, candidates = data[:_SAMPLE], ("utf-16-le", "utf-16-be", "utf-8")
    else:
        start = next(re.finditer(rb"[\x80-\xff]", data)).start()
        sample, candidates = data[start : start + _SAMPLE], ("gb18030", "big5hkscs", "utf-8")
    fits: dict[str, float] = {}
    for name in candidates:
        fits[name] = _fit(sample, name)
        if fits[name] > _CERTAIN:
            return name
    declared = _DECLARED.search(data[:_SAMPLE])
    name = declared[1].decode("ascii", "replace").lower() if declared else ""
    name = _NAMES.get(name, name)
    best = max(fits, key=lambda candidate: fits[candidate])
    if fits[best] < _PLAUSIBLE / 2:
        return "utf-8"
    return name if name in fits and fits[name] >= fits[best] - 0.01 else best


def _fit(sample: bytes, encoding: str) -> float:
    """How well an encoding explains a sample: 1 and more is well, 0 and less not at all."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    text = decoder.decode(sample)  # a character cut at the end is no fault
    wrong = text.count("\ufffd") + text.count("\0")
    return _usual_share(text) + 0.3 * _has_known_word(text) - 10 * wrong / max(len(text), 1)


def _usual_share(text: str) -> float:
    """Which share of the characters beyond ASCII are usual in Chinese texts (1 where there are none)."""
    beyond = len(text) - len(text.encode("ascii", "ignore"))
    unusual = sum([text.count(each) for each in set(text) - _usual_characters() if not each.isascii()])
    return (beyond - unusual) / beyond if beyond else 1.0


@cache
def _usual_characters() -> frozenset[str]:
    """The symbols and the first level (by frequency) of GB 2312 and of Big5."""
    simplified = bytes(
        byte
        for row in (*range(0xA1, 0xA4), *range(0xB0, 0xD8))
        for cell in range(0xA1, 0xFF)
        for byte in (row, cell)
    )
    trails = (*range(0x40, 0x7F), *range(0xA1, 0xFF))
    traditional = bytes(byte for row in range(0xA4, 0xC7) for cell in trails for byte in (row, cell))
    return frozenset(
        simplified.decode("gb2312", "ignore") + traditional.decode("big5", "ignore") + "“”‘’—…·\xa0\u3000〇"
    )


def _undecodable(data: bytes, encoding: str, error: UnicodeDecodeError) -> Issue:
    count = data.decode(encoding, "replace").count("\ufffd")
    line = data[: error.start].decode(encoding, "replace").count("\n") + 1
    message = (
        f"{count} places are not {encoding}, the first at byte {error.start + 1}; they are shown as \ufffd"
    )
    raw = data[error.start : error.end].hex(" ")
    return Issue("undecodable_bytes", message, raw=raw, place=Place(line=line))


def _restored(text: str) -> str | None:
    """The text before it was read in a wrong encoding, or None where that does not come back exactly."""
    for read_as, was in _MISREADINGS:
        try:
            before = _encoded(text, read_as).decode(was)
        except UnicodeError:
            continue
        if _has_known_word(before):
            return before
    return None


def _encoded(text: str, encoding: str) -> bytes:
    """`text` in an encoding as Windows and browsers use it."""
    if encoding == "latin-1":  # they read Windows-1252 instead, where its bytes have a meaning
        return text.translate(_windows_1252()).encode("latin-1")
    return b"\x80".join(
        part.encode(encoding) for part in text.split("€")
    )  # and a lone 0x80 of GBK as the euro sign


@cache
def _windows_1252() -> dict[int, int]:
    characters = {byte: bytes([byte]).decode("cp1252", "ignore") for byte in range(0x80, 0xA0)}
    return {ord(character): byte for byte, character in characters.items() if character}
