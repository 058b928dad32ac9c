"""The manual of the API."""
