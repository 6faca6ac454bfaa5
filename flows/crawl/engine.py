"""The process of one source: Scrapy with our manners, for the one spider."""

import os
from contextlib import ExitStack
from datetime import UTC, datetime
from importlib.metadata import version

import msgspec
from scrapy.crawler import CrawlerProcess

from flows.crawl.account import Account
from flows.crawl.history import History
from flows.crawl.hosts import Budget, held
from flows.crawl.portal import serving
from flows.crawl.rules import manners
from flows.crawl.spider import PortalSpider
from flows.files import alone
from flows.paths import Paths
from flows.sources import Site
from schemas.limits import limits

CONTACT = "GONGKAI_CONTACT"


class NoContactError(Exception):
    """Portals must be able to reach whoever crawls them; the message says how to set the address."""


def crawl_site(paths: Paths, site: Site) -> Account:
    """Crawl a source on the web; once in a process, since Scrapy's reactor cannot start again.

    BlockingIOError tells that another process crawls this source; NoContactError that no contact is set.
    """
    agent = user_agent(site)
    with ExitStack() as stack:
        stack.enter_context(alone(paths.crawls / f"{site.name}.lock"))
        budget = stack.enter_context(held(paths, site.hosts, site.budget or manners().budget))
        if site.served_from:
            address = stack.enter_context(serving(paths.root / site.served_from))
            site = msgspec.structs.replace(site, address=address)
        history = History(paths, site, datetime.now(UTC))
        process = CrawlerProcess(_settings(paths, site, agent, budget))
        crawler = process.create_crawler(PortalSpider)
        process.crawl(crawler, site=site, history=history)
        # A signal ends the process as a crash does: Scrapy would end the run, as if nothing were left to ask.
        process.start(install_signal_handlers=False)
        spider = crawler.spider
        assert isinstance(spider, PortalSpider)
        return spider.account()


def user_agent(site: Site) -> str:
    """The user agent: the project, its version, and the contact that GONGKAI_CONTACT gives."""
    contact = os.environ.get(CONTACT, "").strip()
    if not contact and not site.served_from:
        raise NoContactError(
            f"set {CONTACT} to an address (e-mail or web) at which portals can reach you; "
            "the crawler tells it to every portal"
        )
    return manners().user_agent.format(version=version("gongkai"), contact=contact or manners().nobody)


def _settings(paths: Paths, site: Site, agent: str, budget: Budget) -> dict[str, object]:
    delay = manners().delay if site.delay is None else site.delay
    ours = "flows.crawl.middleware"
    return {
        "SITE": site,
        "BUDGET": budget,
        "USER_AGENT": agent,
        "ROBOTSTXT_OBEY": True,
        "ROBOTSTXT_USER_AGENT": agent.partition("/")[0],
        "CONCURRENT_REQUESTS": 1,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "DOWNLOAD_DELAY": delay,
        "RANDOMIZE_DOWNLOAD_DELAY": False,  # it would ask after half the delay, too
        "AUTOTHROTTLE_ENABLED": delay > 0,
        "AUTOTHROTTLE_START_DELAY": delay,
        "AUTOTHROTTLE_MAX_DELAY": max(manners().delay_at_most, delay),
        "DOWNLOAD_TIMEOUT": site.timeout or manners().timeout,
        "DOWNLOAD_MAXSIZE": limits().file_bytes,
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_VERIFY_CERTIFICATES": not site.accept_certificate,
        "REDIRECT_MAX_TIMES": manners().redirects,
        "METAREFRESH_MAXDELAY": 10,
        "RETRY_TIMES": manners().retries,
        "RETRY_HTTP_CODES": [429, 500, 502, 503, 504, 522, 524],
        "HTTPERROR_ALLOW_ALL": True,
        "WARN_ON_GENERATOR_RETURN_VALUE": False,  # it would read our source again for every answer
        "TWISTED_DNS_RESOLVER": "flows.crawl.safety.Resolver",
        "DOWNLOADER_MIDDLEWARES": {
            "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
            "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
            "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
            "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
            f"{ours}.Pinned": 10,
            f"{ours}.Archived": 20,
            f"{ours}.Robots": 360,
            f"{ours}.Patience": 550,
            f"{ours}.Within": 950,
        },
        "HTTPPROXY_ENABLED": False,  # the check of addresses must see the portal's own
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "SCHEDULER_MEMORY_QUEUE": "scrapy.squeues.FifoMemoryQueue",  # in the order of the lists
        "LOG_FILE": str(paths.crawls / f"{site.name}.log"),
        "LOG_FILE_APPEND": False,
        "LOG_LEVEL": "INFO",
    }
