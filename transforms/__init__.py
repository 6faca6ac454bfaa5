"""Bytes to records: pure functions without Prefect, network or clock."""
