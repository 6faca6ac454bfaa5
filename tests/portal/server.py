"""The server: addresses to answers, and a record of every request that it had."""

import gzip
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HTML = "text/html; charset=utf-8"


@dataclass
class Answer:
    """What an address answers. `etag` and `modified` make it conditional; `how` is one of the ways below."""

    body: bytes = b""
    status: int = 200
    type: str = HTML
    headers: dict[str, str] = field(default_factory=dict)
    etag: bool = True
    modified: datetime | None = None
    how: str = "whole"  # or chunked, gzip, dripping, cut


Asked = tuple[str, str, str]  # the host, the path, the user agent


class Portal(ThreadingHTTPServer):
    """`pages` maps paths to answers, or to functions that make one from the body of a request."""

    daemon_threads = True

    def __init__(self) -> None:
        self.pages: dict[str, Answer | Callable[[bytes], Answer]] = {}
        self.asked: list[Asked] = []
        self.at_once = self.most_at_once = 0
        self.pause = 0.01  # seconds before an answer: whoever else asks meanwhile is seen
        self.lock = threading.Lock()
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_port}"

    def paths(self) -> list[str]:
        """The paths asked for since the last time, robots.txt left out."""
        asked, self.asked = self.asked, []
        return [path for _, path, _ in asked if path != "/robots.txt"]

    def handle_error(self, *_: object) -> None:
        pass  # clients that go away are no news


class Handler(BaseHTTPRequestHandler):
    disable_nagle_algorithm = True  # else each answer waits 40 ms for an acknowledgement
    protocol_version = "HTTP/1.1"
    server: Portal

    def do_GET(self) -> None:
        with self.server.lock:
            self.server.at_once += 1
            self.server.most_at_once = max(self.server.at_once, self.server.most_at_once)
            self.server.asked.append((self.headers["Host"], self.path, self.headers["User-Agent"]))
        time.sleep(self.server.pause)
        with self.server.lock:
            self.server.at_once -= 1  # before the answer: whoever has read its end may ask again
        self.answer()

    do_POST = do_GET  # noqa: N815

    def answer(self) -> None:
        sent = self.rfile.read(int(self.headers["Content-Length"] or 0))
        found = self.server.pages.get(self.path) or self.server.pages.get(urlsplit(self.path).path)
        answer = found(sent) if callable(found) else found or Answer(b"<p>404</p>", 404)
        etag = f'"{sha256(answer.body).hexdigest()[:12]}"'
        fresh = answer.status == 200 and answer.etag and self.headers["If-None-Match"] == etag
        if answer.modified and (had := self.headers["If-Modified-Since"]):
            fresh = parsedate_to_datetime(had) >= answer.modified
        self.send_response(304 if fresh else answer.status)
        if answer.modified:
            self.send_header("Last-Modified", format_datetime(answer.modified, usegmt=True))
        if answer.etag:
            self.send_header("ETag", etag)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if fresh:
            self.end_headers()
            return
        self.send_header("Content-Type", answer.type)
        getattr(self, f"send_{answer.how}")(answer.body)

    def send_whole(self, body: bytes) -> None:
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def send_gzip(self, body: bytes) -> None:
        self.send_header("Content-Encoding", "gzip")
        self.send_whole(gzip.compress(body))

    def send_chunked(self, body: bytes) -> None:
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for start in range(0, len(body), 1000):
            part = body[start : start + 1000]
            self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
        self.wfile.write(b"0\r\n\r\n")

    def send_dripping(self, body: bytes) -> None:
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        for byte in body:
            self.wfile.write(bytes([byte]))
            self.wfile.flush()
            time.sleep(0.2)

    def send_endless(self, body: bytes) -> None:
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        part = body * 1_000_000
        with suppress(OSError):  # until the client has had enough
            while True:
                self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
        self.close_connection = True

    def send_cut(self, body: bytes) -> None:
        self.send_header("Content-Length", str(2 * len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def send_huge(self, body: bytes) -> None:
        self.send_header("Content-Length", "200000000")
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def portal(certificate: Path | None = None) -> Iterator[Portal]:
    """A portal while this lasts; with a certificate it speaks HTTPS."""
    with Portal() as server:
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()


def certificate_for(name: str, folder: Path) -> Path:
    """A certificate that a host has signed for itself, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{name}.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return path
