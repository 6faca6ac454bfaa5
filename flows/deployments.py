"""The deployments: the only home of schedules and of limits on runs."""

from prefect.schedules import Cron

from flows.nightly import nightly
from flows.paths import Paths

NIGHT = Cron("30 2 * * *", timezone="Asia/Shanghai")  # portals are quiet, and the day's reports are up


def serve(paths: Paths, engine: str, cluster: str | None) -> None:
    """Register the nightly deployment with the Prefect server and run it when due, until stopped."""
    nightly.serve(
        name="nightly",
        description="Crawl, normalise, validate, load and release.",
        schedule=NIGHT,
        parameters={"data": str(paths.data), "engine": engine, "cluster": cluster},
        limit=1,
    )
