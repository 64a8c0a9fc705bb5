"""The exceptions of the package."""

from typing import Any


class BackfireError(Exception):
    """Base of the package's exceptions."""


class ScenarioError(BackfireError, ValueError):
    """Broken input: malformed text, a broken document or a bad reform.

    Attributes
    ----------
    diagnostics : tuple
        Every problem found, with attributes code, severity, message, pointer, line, column, hint and file.
    """

    def __init__(self, diagnostics: Any) -> None:
        self.diagnostics = tuple(diagnostics)
        # What is broken comes before what only looks odd: a traceback is read from its first line.
        told = sorted(self.diagnostics, key=lambda d: d.severity != "error")
        super().__init__("\n".join(map(repr, told)))

    def __reduce__(self) -> tuple[Any, ...]:
        # Another process gets the diagnostics back; by default it would get the message in their place.
        return type(self), (self.diagnostics,)


class UnknownNameError(BackfireError, LookupError):
    """A name that nothing has; the message lists the nearest ones."""


class Interrupted(BackfireError):  # noqa: N818 - named as in C++
    """A call was stopped by its progress callable, which returned False; nothing is left half-done."""


class MissingPackageError(BackfireError, ImportError):
    """An optional package is not installed; the message says which extra brings it."""
