"""Why a request had no answer, in words for people."""

from urllib.parse import urlsplit

from OpenSSL.SSL import Error as TlsError
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.http import Request
from service_identity import VerificationError

from flows.crawl.archive import Status
from flows.crawl.middleware import NoRobots, Refused
from flows.crawl.rules import manners
from flows.crawl.safety import refused
from schemas.limits import limits


def explain(error: BaseException | None, request: Request) -> tuple[Status, str]:
    """`refused` for what we must not ask for, `failed` for what did not work, and why."""
    host = urlsplit(request.url).hostname or ""
    if isinstance(error, Refused):
        return "refused", str(error)
    if isinstance(error, NoRobots):
        status, why = explain(error.cause, request) if error.cause else ("failed", "")
        return status, f"{error}: {why}" if why else str(error)
    if isinstance(error, IgnoreRequest):
        if "robots.txt" in str(error):
            return "refused", "robots.txt does not allow it"
        if "max redirections" in str(error):
            return "failed", f"more than {manners().redirects} redirects in a row"
        return "failed", f"the answer is larger than {limits().file_bytes} bytes, unpacked"
    if isinstance(error, CannotResolveHostError):
        if host in refused:
            return "refused", f"{host} is at {refused[host]}, which is not a public address"
        return "failed", f"{host} has no address"
    if isinstance(error, DownloadTimeoutError):
        return "failed", f"no whole answer within {request.meta['download_timeout']:.0f} seconds"
    if isinstance(error, DownloadCancelledError):
        return "failed", f"the answer is larger than {limits().file_bytes} bytes"
    if isinstance(error, DownloadConnectionRefusedError):
        return "failed", f"{host} refuses the connection"
    if isinstance(error, ResponseDataLossError):
        return "failed", "the answer is cut short"
    if isinstance(error, DownloadFailedError) and (certificate := _certificate(error)):
        return "failed", f"the certificate of {host} does not hold: {certificate}"
    return "failed", f"{type(error).__name__}: {error}"


def _certificate(error: BaseException) -> str | None:
    """What is wrong with a certificate, if that is why; the causes lie below each other."""
    causes: list[object] = [error]
    while causes:
        cause = causes.pop()
        cause = getattr(cause, "value", cause)
        if isinstance(cause, VerificationError):
            return "it is for another name"
        if isinstance(cause, TlsError):
            said = "; ".join(part for item in cause.args[0] for part in item[2:]) if cause.args else ""
            return said or "TLS fails"
        causes += [*getattr(cause, "reasons", ()), *filter(None, [getattr(cause, "__cause__", None)])]
    return None
