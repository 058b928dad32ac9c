"""One file per kind: `write(opened, quality) -> bytes`, of frames that app.imaging.save made ready."""
