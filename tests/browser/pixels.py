"""How far two screenshots are apart."""

import numpy as np
from PIL import Image, ImageFilter

#: A pixel differs where a channel is off by more than this, of 255, after a blur that forgives the smoothing of edges.
DIFFERENT = 32
#: Share of pixels that may differ.
TOLERANCE = 0.01


def _blurred(image: Image.Image) -> np.ndarray:
    return np.asarray(image.convert("RGB").filter(ImageFilter.GaussianBlur(1)), dtype=int)


def difference(a: Image.Image, b: Image.Image) -> float:
    """Share of pixels that differ visibly; 1 where the sizes are more than two pixels apart."""
    if max(abs(a.width - b.width), abs(a.height - b.height)) > 2:
        return 1.0
    box = (0, 0, min(a.width, b.width), min(a.height, b.height))
    off = np.abs(_blurred(a.crop(box)) - _blurred(b.crop(box))).max(axis=2)
    return float((off > DIFFERENT).mean())
