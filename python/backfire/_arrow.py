"""Columns as the buffers of the Arrow columnar format, for the C stream interface; no Arrow library is needed."""

from typing import Any

import numpy as np

from backfire import _core

#: name, Arrow format string, number of nulls, buffers (validity bits first, empty where there are no nulls)
Packed = tuple[str, str, int, list[bytes]]


def _bits(flags: Any) -> bytes:
    return np.packbits(np.asarray(flags, dtype=bool), bitorder="little").tobytes()


def _texts(name: str, values: list[str | None], wide: bool) -> Packed:
    pieces = [b"" if v is None else v.encode("utf-8") for v in values]
    ends = np.cumsum([0, *map(len, pieces)])
    wide = wide or int(ends[-1]) > 2**31 - 1
    present = [v is not None for v in values]
    nulls = present.count(False)
    offsets = ends.astype(np.int64 if wide else np.int32).tobytes()
    return (
        name,
        "U" if wide else "u",
        nulls,
        [_bits(present) if nulls else b"", offsets, b"".join(pieces)],
    )


def _packed(name: str, values: Any, asked: str) -> Packed:
    """One column; NaN and None are nulls."""
    if not isinstance(values, np.ndarray):
        values = list(values)
        present = [v for v in values if v is not None]
        if present and all(isinstance(v, str) for v in present):
            return _texts(name, values, asked == "U")
        if len(present) < len(values) or not present:
            values = np.array([np.nan if v is None else v for v in values], dtype=float)
        else:
            values = np.array(values)
    if values.dtype.kind == "b":
        return name, "b", 0, [b"", _bits(values)]
    if values.dtype.kind in "iu":
        return name, "l", 0, [b"", values.astype(np.int64).tobytes()]
    if values.dtype.kind != "f":
        raise TypeError(f"column '{name}' holds {values.dtype}, which is no text, number or truth value")
    missing = np.isnan(values)
    nulls = int(missing.sum())
    numbers = np.where(missing, 0.0, values).astype(np.float64)
    return name, "g", nulls, [_bits(~missing) if nulls else b"", numbers.tobytes()]


def stream(columns: dict[str, Any], rows: int, requested_schema: object = None) -> object:
    """A PyCapsule of the Arrow C stream interface with one batch.

    Texts are utf8, or large_utf8 where ``requested_schema`` (a PyCapsule of an ArrowSchema) asks for it; other requests
    leave a column as it is, which the protocol allows.
    """
    asked = {} if requested_schema is None else _core.requested_formats(requested_schema)
    packed = [_packed(name, values, asked.get(name, "")) for name, values in columns.items()]
    return _core.arrow_stream(packed, rows)
