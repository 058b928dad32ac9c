"""Endpoints that speak OpenAI's Images API."""
