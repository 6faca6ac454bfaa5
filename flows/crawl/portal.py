"""A portal of our own: serves a folder of reports as a government portal would, on this machine alone.

`make nightly` crawls the bundled samples from it, over the same code as any portal.
"""

import mimetypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate
from functools import cached_property
from hashlib import sha256
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from flows.documents import walk
from transforms.document import Unreadable
from transforms.metadata import describe
from transforms.readers import read
from transforms.sections import split

ON_A_PAGE = 10  # reports that a page of the list names
PAGE = """<!DOCTYPE html><html lang="zh"><head><meta charset="utf-8"><title>政府信息公开年报</title></head>
<body><h1>政府信息公开年报</h1><ul>{items}</ul>{following}</body></html>
"""


class _Portal(ThreadingHTTPServer):
    """The list of the folder's files, and the files, by their paths."""

    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        super().__init__(("127.0.0.1", 0), _Handler)

    @cached_property
    def files(self) -> dict[str, Path]:
        return {f"/{file.relative_to(self.folder).as_posix()}": file for file in walk([self.folder])}

    def page(self, number: int) -> str | None:
        """A page of the list, from 0; None beyond the last."""
        names = list(self.files)[number * ON_A_PAGE : (number + 1) * ON_A_PAGE]
        if not names and number:
            return None
        items = "".join(
            f'<li><a href="{quote(name)}">{escape(_title(self.files[name]))}</a></li>\n' for name in names
        )
        more = len(self.files) > (number + 1) * ON_A_PAGE
        return PAGE.format(
            items=items, following=f'<a href="/index_{number + 1}.html">下一页</a>' if more else ""
        )


class _Handler(BaseHTTPRequestHandler):
    disable_nagle_algorithm = True  # else each answer waits 40 ms for an acknowledgement
    protocol_version = "HTTP/1.1"
    server: _Portal

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path)
        page = None
        if path == "/" or (path.startswith("/index_") and path.endswith(".html")):
            number = path.removeprefix("/index_").removesuffix(".html").strip("/") or "0"
            page = self.server.page(int(number)) if number.isdigit() else None
        file = self.server.files.get(path)
        if page is not None:
            self._answer(page.encode(), "text/html; charset=utf-8")
        elif file is not None:
            kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
            self._answer(file.read_bytes(), kind, formatdate(file.stat().st_mtime, usegmt=True))
        else:
            self.send_response(404)
            self.send_header("Content-Length", "0")
            self.end_headers()

    def _answer(self, body: bytes, kind: str, modified: str | None = None) -> None:
        etag = f'"{sha256(body).hexdigest()[:16]}"'
        fresh = self.headers.get("If-None-Match") != etag
        self.send_response(200 if fresh else 304)
        self.send_header("ETag", etag)
        if modified:
            self.send_header("Last-Modified", modified)
        if fresh:
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if fresh:
            self.wfile.write(body)

    def log_message(self, format: str, *_: object) -> None:
        pass


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serve a folder while this lasts; gives `host:port`."""
    with _Portal(folder) as portal:
        thread = threading.Thread(target=portal.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield f"127.0.0.1:{portal.server_port}"
        finally:
            portal.shutdown()


def _title(file: Path) -> str:
    """The title of the report in a file, as a list would name it; the file's name where it has none."""
    try:
        document = read(file.read_bytes())
    except Unreadable:
        return file.name
    return describe(document.lines, split(document.lines), document.title, None).title or file.name
