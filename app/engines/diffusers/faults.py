"""What went wrong, told by what was raised: libraries raise plain errors for very different things."""

TOLD = ("out of memory", "can't allocate memory", "not enough memory", "alloc_failed")


def ran_out(error: BaseException) -> bool:
    """Whether memory was too short."""
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":  # torch's own
        return True
    return isinstance(error, RuntimeError) and any(words in str(error).lower() for words in TOLD)


def broke_down(error: BaseException) -> bool:
    """Whether the device itself is gone: nothing works on it any more until this process ends."""
    return not ran_out(error) and (type(error).__name__ == "AcceleratorError" or "CUDA error" in str(error))


def first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[0].rstrip(".:") if lines else type(error).__name__
