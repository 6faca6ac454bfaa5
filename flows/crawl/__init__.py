"""Crawl: bring what the sources hold into the raw archive, politely, and fetch anew only what changed.

Read in this order: `archive` (what is kept and logged), `account` and `history` (what a run tells, and
knows), `directory` (files on disk), `links` and `judge` (what a page links to, what counts as a report),
`expected` (how many there should be), `spider` (the way through a portal), `safety`, `hosts` and
`middleware` (how it is asked), `explain` (why there is no answer), `engine` (the process of one source),
`process` (which are due, and starting one), `warc` (the standard form of archives), `portal` (a portal of our
own, for samples). Words and numbers stand in rules.yml and manners.yml.
"""
