"""Pictures someone gave: seen, painted over in another style, or mended under a mask."""
