"""Accuracy of the reading, measured on generated reports: `python -m benchmarks.accuracy --help`.

generate → layouts → distortions → `transforms.parse` → score. Every random choice comes from a seed.
"""
