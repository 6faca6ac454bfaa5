"""Release: the published dataset as files that people download, cite and load; `release.py` is the way in."""
