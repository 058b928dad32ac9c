"""Every seed is another picture: not other grain, another composition."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from app.engines.illustrator import Illustrator
from app.engines.illustrator.settings import SETTINGS
from app.engines.protocol import PaintRequest, quiet
from tests.engines.illustrator.test_painting import PLACES

SEEDS = 60
SIZE = 112


def look_of(illustrator: Illustrator, place: str, seed: int) -> NDArray[np.float32]:
    """A picture as 12 × 12 broad patches of colour: grain and small ornaments are gone."""
    [painting] = illustrator.paint(PaintRequest(place, SIZE, SIZE, seed, style="vivid"), quiet)
    patches = cv2.resize(np.asarray(painting.image, np.float32), (12, 12), interpolation=cv2.INTER_AREA)
    return np.asarray(patches, np.float32).ravel()


@pytest.mark.parametrize("place", SETTINGS)
def test_sixty_seeds_give_sixty_compositions(place: str, illustrator: Illustrator) -> None:
    looks = np.stack([look_of(illustrator, PLACES[place], seed) for seed in range(SEEDS)])
    apart = np.abs(looks[:, None] - looks[None]).mean(-1) + 255 * np.eye(SEEDS)
    assert apart.min() > 2
    assert np.median(apart) > 10
