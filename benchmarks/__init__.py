"""Measurements of accuracy and speed, on generated reports only."""
