"""Telling other programs that a job has ended: signed, from an outbox, again and again for a day."""
