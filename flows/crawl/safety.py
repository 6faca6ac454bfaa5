"""Which network addresses are connected to: none of private networks, unless a dossier allows it.

The check stands where a host's name has become an address and before a connection is made to that very
address, so that neither redirects nor names that change their address get around it.
"""

import ipaddress
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from scrapy.resolver import HostResolution
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import (
    IAddress,
    IHostnameResolver,
    IResolutionReceiver,
)
from zope.interface.declarations import implementer

from flows.sources import Site

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from twisted.internet.base import ReactorBase

PUBLIC = ipaddress.IPv6Network("2000::/3")  # all that IANA has opened of IPv6
# Behind this prefix, the last 32 bits are an address of IPv4, which a gateway connects to.
NAT64 = int(ipaddress.IPv6Address("64:ff9b::")) >> 32

refused: dict[str, str] = {}  # hosts that were not connected to, and the address for which


def is_private(address: str) -> bool:
    """Whether an address is of a private network, the machine itself, the link, or otherwise not public."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        behind = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF) if int(ip) >> 32 == NAT64 else None
        ip = ip.ipv4_mapped or ip.sixtofour or behind or ip
    if isinstance(ip, ipaddress.IPv6Address) and ip not in PUBLIC:
        return True
    return not ip.is_global or ip.is_multicast


def pinned(url: str, site: Site) -> bool:
    """Whether an address is of the web and of one of the source's domains and ports, and names no user."""
    try:
        parts = urlsplit(url)
        if parts.port not in site.ports:
            return False
    except ValueError:
        return False
    if "@" in parts.netloc:  # programs differ over which part is the host
        return False
    return parts.scheme in ("http", "https") and domain_of(parts.hostname or "", site) is not None


def domain_of(host: str, site: Site) -> str | None:
    """The source's domain that a host belongs to."""
    hosts = (domain for domain in site.hosts if host == domain or host.endswith(f".{domain}"))
    return next(hosts, None)


@implementer(IHostnameResolver)
class Resolver:
    """Names to addresses for a source: its own `address` for its hosts, else what DNS says, checked."""

    def __init__(self, reactor: "ReactorBase", site: Site) -> None:
        self.reactor, self.site = reactor, site
        self.usual: Any = reactor.nameResolver

    @classmethod
    def from_crawler(cls, crawler: "Crawler", reactor: "ReactorBase") -> Self:
        """As Scrapy makes it, from the setting that names the source."""
        return cls(reactor, crawler.settings["SITE"])

    def install_on_reactor(self) -> None:
        """As Scrapy installs it."""
        resolver: Any = self
        self.reactor.installNameResolver(resolver)

    def resolveHostName(  # noqa: N802 (Twisted's name)
        self,
        resolutionReceiver: Any,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Sequence[type[IAddress]] | None = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> Any:
        """The addresses of a name that may be connected to; none at all where one of them is private."""
        if self.site.address and hostName in self.site.start_hosts:
            host, _, port = self.site.address.partition(":")
            resolution = HostResolution(hostName)
            resolutionReceiver.resolutionBegan(resolution)
            resolutionReceiver.addressResolved(IPv4Address("TCP", host, int(port or portNumber)))
            resolutionReceiver.resolutionComplete()
            return resolution
        receiver: Any = resolutionReceiver
        if not self.site.allow_private:
            receiver = _Checked(resolutionReceiver, hostName)
        return self.usual.resolveHostName(receiver, hostName, portNumber, addressTypes, transportSemantics)


@implementer(IResolutionReceiver)
class _Checked:
    def __init__(self, receiver: Any, host: str) -> None:
        self.receiver, self.host = receiver, host
        self.addresses: list[Any] = []

    def resolutionBegan(self, resolution: Any) -> None:  # noqa: N802
        self.receiver.resolutionBegan(resolution)

    def addressResolved(self, address: IAddress) -> None:  # noqa: N802
        self.addresses.append(address)

    def resolutionComplete(self) -> None:  # noqa: N802
        private = [
            address.host
            for address in self.addresses
            if not isinstance(address, IPv4Address | IPv6Address) or is_private(address.host)
        ]
        if private:
            refused[self.host] = private[0]
        for address in [] if private else self.addresses:
            self.receiver.addressResolved(address)
        self.receiver.resolutionComplete()
