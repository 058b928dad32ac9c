"""The version of the client, read by its build as well."""

__version__ = "0.1.0"
