"""From figures to places: linear scales and round tick marks."""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """A linear map of the range lo…hi onto the places start…end."""

    lo: float
    hi: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """The place of a value; values beyond the range lie beyond its ends."""
        return self.start + (value - self.lo) / (self.hi - self.lo) * (self.end - self.start)


def around(values: list[float], share: float = 0.0, zero: bool = False) -> tuple[float, float]:
    """The range of the values, widened by a share of itself, with 0 in it where asked; never empty."""
    finite = [v for v in values if math.isfinite(v)] + ([0.0] if zero else [])
    lo, hi = (min(finite), max(finite)) if finite else (0.0, 1.0)
    if hi - lo <= 1e-12 * max(abs(lo), abs(hi), 1e-300):
        margin = abs(lo) * 0.1 or 1.0
        return lo - margin, hi + margin
    return lo - share * (hi - lo), hi + share * (hi - lo)


def ticks(lo: float, hi: float, most: int = 5) -> list[float]:
    """Round values within lo…hi, 1, 2 or 5 times a power of ten apart, at most so many (two or more)."""
    raw = (hi - lo) / most
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * k for k in (1, 2, 5, 10, 20) if (hi - lo) / (power * k) <= most - 1 + 1e-9)
    first, last = math.ceil(lo / step - 1e-9), math.floor(hi / step + 1e-9)
    return [float(f"{k * step:.12g}") for k in range(first, last + 1)]
