"""Finds the generating vector of the rank-1 lattice that `cpp/src/response/quadrature.cpp` uses for several distributed traits.

Component-by-component construction (Sloan and Reztsov 2002) that minimises the worst-case error P_2 of lattices of 3^8 points,
over odd numbers that 3 does not divide (so that every third point is itself a lattice and no point lies on the boundary).

Run: python scripts/lattice_generators.py
"""

import numpy as np

POINTS = 3**8
DIMENSIONS = 8


def kernel(generator: int) -> np.ndarray:
    """1 + 2π²·B₂ of one coordinate of every point, B₂(x) = x² − x + 1/6."""
    x = (np.arange(POINTS) * generator % POINTS) / POINTS
    return 1 + 2 * np.pi**2 * (x * x - x + 1 / 6)


def main() -> None:
    product = kernel(1)
    vector = [1]
    candidates = [z for z in range(1, POINTS, 2) if z % 3]
    for _ in range(1, DIMENSIONS):
        error = [float(product @ kernel(z)) for z in candidates]
        best = candidates[int(np.argmin(error))]
        vector.append(best)
        product = product * kernel(best)
    print(vector)


if __name__ == "__main__":
    main()
