"""More pixels: by Lanczos, or by a network where its file is there."""
