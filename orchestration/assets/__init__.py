"""Dagster assets and checks: thin wrappers around the steps of `orchestration.night`."""
