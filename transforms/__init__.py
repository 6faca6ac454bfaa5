"""Bytes to records: pure functions without Prefect, network or clock.

`parse` is the whole way, and its imports are the order to read the files in: `readers` (any kind of file to
lines of cells, `document`), `headings` (lines that could be one) and `sections` (those that are), `metadata`,
`cell_text` (what one cell says) and `rows` (texts and the values after them), `tables`, which takes rows
through `turned` (tables on their side), `options` and `match` (which row of the form), `instances` (which
tables they make), `article_forms`, `header`, `columns` and `align` (which column), `disputes`, `cells` and
`reconcile` (what the identities say), `running_text`, and `narrative` (what it repeats). `titles`, `labels`,
`values` and `normalise` serve them all; `records` is what comes out, `tabulate` its rows in the dataset.
`compile` makes C of most of them, which `compiled` finds.
"""

from transforms.compiled import prefer_compiled

prefer_compiled()
