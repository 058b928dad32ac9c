"""Readers, one for each family of kinds. They run in sandboxed children only."""
