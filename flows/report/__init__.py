"""The nightly report: one page for people about what a run found and published."""
