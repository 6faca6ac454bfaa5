"""Validate: put what was read together as the dataset, in Parquet.

Read in this order: `validate` (the way through), `fetches` (what was fetched, and when it was last seen),
`current` (which documents are in use, and which of a report is current), `correct` (what people have
corrected), `compare` (the documents of one report beside each other), `neighbours` (the issues that only
these and other sources tell), `years` (which have changed), `reports` (the tables of reports), `bodies` (who
publishes), `reference` (what needs no documents) and `writer` (Parquet, and rows in quarantine).
"""
