"""What an endpoint shows of a picture while it paints it."""

from PIL import Image

from app.engines.openai.pictures import Broken, cover, decoded, opened
from app.engines.protocol import PREVIEW, PaintRequest


class Shown:
    """The newest preview of a request for one picture."""

    def __init__(self) -> None:
        self._newest: str | None = None

    def take(self, data: str) -> None:
        self._newest = data

    def newest(self, request: PaintRequest) -> list[Image.Image] | None:
        """Small, and each only once; None where there is nothing new, or nothing that can be seen."""
        data, self._newest = self._newest, None
        if data is None or request.count != 1:
            return None
        scale = PREVIEW / max(request.width, request.height)
        size = max(1, round(request.width * scale)), max(1, round(request.height * scale))
        try:
            return [cover(opened(decoded(data)), size)]
        except Broken:
            return None  # the picture itself comes all the same
