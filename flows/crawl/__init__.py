"""Crawl: bring what the sources hold into the raw archive, politely, and fetch anew only what changed.

Read in this order: `archive` (what is kept and logged), `history` (what a source's run knows and tells),
`directory` (files on disk), `links` and `judge` (what a page links to, what counts as a report), `spider` (the
way through a portal), `manners` and `safety` (how it is asked), `engine` (the process of one source), `process`
(starting it), `warc` (the standard form of archives), `portal` (a portal of our own, for samples).
"""
