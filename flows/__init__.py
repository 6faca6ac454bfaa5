"""Prefect flows and tasks around the transforms, their deployments, and the command line."""
