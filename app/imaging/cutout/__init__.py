"""Cutting the subject out of a picture and putting it before another background."""
