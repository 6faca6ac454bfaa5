"""How many reports a source has of each year, beside how many its dossier expects."""

from datetime import datetime

from flows.sources import Site


def shortfall(site: Site, reports: dict[int, int], now: datetime) -> list[str]:
    """The years of which a source has fewer reports than it should; reports are due by the end of March."""
    expected = site.expected
    due = now.year - 1 if now.month > 3 else now.year - 2
    first = expected.since or min(reports, default=due)
    years = range(first, min(due, expected.until or due) + 1)
    return [
        f"{reports.get(year, 0)} reports of {year}, at least {expected.min} expected"
        for year in years
        if reports.get(year, 0) < expected.min
    ]


def surplus(site: Site, reports: dict[int, int]) -> str:
    """A warning of the years of which a source has more reports than it should; empty where there is none."""
    most = site.expected.max
    years = [f"{count} of {year}" for year, count in reports.items() if most is not None and count > most]
    return f"more reports than the {most} expected: {', '.join(years)}" if years else ""
