"""Stripe's objects as its API shows them in the version this was written for, with every field they have."""
