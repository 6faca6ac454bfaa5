"""Storage by URL: what machines without a common disk share lies below one fsspec URL, GONGKAI_STORAGE.

    raw/ab/ab12...                every fetched file under its SHA-256, put there when it is fetched
    parsed/VERSION/PART/          parts, put there by whoever read them; `documents.parquet` is put last
    builds/..., releases/...      as on disk, those that failed their checks too
    reports/...                   the pages about runs, the last one as latest.html too
    warehouse, releases/latest    objects that say where the links of these names point on disk
    state/HEAD, state/ab12...     the logs: HEAD names each with its SHA-256, under which it lies
    lock/N                        who drives the run, and until when

One machine at a time drives. Its data folder is a working copy: brought up to date before a run, saved after
it, with what makes the new visible written last. So the stages work on files, as they do without storage.

`remote` reaches the files behind a URL, `lease` tells who drives, `shared` restores and saves.
"""
