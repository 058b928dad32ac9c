"""Cutting the subject out of a picture and putting it before another background."""

from app.imaging.cutout.work import cut_out

__all__ = ["cut_out"]
