"""Where things are on disk: everything that a run reads or writes lies below one data folder."""

import os
from dataclasses import dataclass, field
from pathlib import Path

DEFAULT_DATA = Path(__file__).resolve().parents[1] / "data"


@dataclass(frozen=True, slots=True)
class Paths:
    """The layout of a data folder. Paths of sources are relative to `root`, the folder above it."""

    data: Path = DEFAULT_DATA
    # The fsspec URL that machines without a common disk share; None where all is below the data folder.
    storage: str | None = field(default_factory=lambda: os.environ.get("GONGKAI_STORAGE") or None)

    @property
    def root(self) -> Path:
        """The folder that sources' paths start from."""
        return self.data.parent

    @property
    def sources(self) -> Path:
        """The dossiers of sources; beside it, in the folder `sources`, those with a file of their own."""
        return self.data / "sources.yml"

    @property
    def assertions(self) -> Path:
        """What a release must hold."""
        return self.data / "assertions.yml"

    @property
    def corrections(self) -> Path:
        """What people have corrected, with their reasons."""
        return self.data / "corrections.yml"

    @property
    def raw(self) -> Path:
        """Every fetched file under its SHA-256, and the fetch log."""
        return self.data / "raw"

    @property
    def fetches(self) -> Path:
        """The fetch log: a file of JSON lines per source; only ever appended to."""
        return self.raw / "fetches"

    def fetch_log(self, source: str) -> Path:
        """The fetch log of one source."""
        return self.fetches / f"{source}.jsonl"

    @property
    def warehouse(self) -> Path:
        """The published dataset: a link to the build in use, so that one rename publishes all of it."""
        return self.data / "warehouse"

    @property
    def database(self) -> Path:
        """The published DuckDB file."""
        return self.warehouse / "gongkai.duckdb"

    @property
    def releases(self) -> Path:
        """One folder per release, named by its date; `latest` points at the newest."""
        return self.data / "releases"

    @property
    def reports(self) -> Path:
        """One page per run, named by it; `latest.html` points at the newest."""
        return self.data / "reports"

    @property
    def state(self) -> Path:
        """What only the program needs: caches, logs of runs, Prefect's database."""
        return self.data / "state"

    @property
    def lock(self) -> Path:
        """Held by the one run that writes below this folder; tells who that is."""
        return self.state / "lock"

    @property
    def parsed(self) -> Path:
        """Parse results by document and parser version."""
        return self.state / "parsed"

    @property
    def crawls(self) -> Path:
        """What the crawl of each source must remember, with a log of the requests that brought no news."""
        return self.state / "crawl"

    @property
    def crawl_log(self) -> Path:
        """One line of JSON for every crawl of a source: what was new, changed, vanished, wrong."""
        return self.state / "crawls.jsonl"

    @property
    def builds(self) -> Path:
        """Datasets by fingerprint; `warehouse` points at one of them."""
        return self.data / "builds"

    @property
    def run_log(self) -> Path:
        """One line of JSON for every finished run; only ever appended to."""
        return self.state / "runs.jsonl"
