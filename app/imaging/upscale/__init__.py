"""More pixels: by Lanczos, or by a network where its file is there."""

from app.imaging.upscale.work import upscale, upscale_with

__all__ = ["upscale", "upscale_with"]
