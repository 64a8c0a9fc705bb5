"""How long calls show how far they are: a bar in a terminal or notebook, or whatever callable the caller brings."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

#: A callable given the share done, 0…1, now and then, which stops the call by returning False (it then raises
#: `Interrupted`); True for a bar on standard error; None or False for silence.
Progress = Callable[[float], Any] | bool | None

#: Seconds before a bar appears: what is done sooner needs none.
DELAY = 0.4


class _Drawn(Protocol):
    """Something that shows a share on standard error."""

    def start(self) -> None: ...
    def show(self, share: float) -> None: ...
    def stop(self) -> None: ...


class _Rich:
    """A bar with the time left, drawn by rich."""

    def __init__(self) -> None:
        import rich.console
        import rich.progress

        self._bars = rich.progress.Progress(
            rich.progress.BarColumn(),
            rich.progress.TaskProgressColumn(),
            rich.progress.TimeRemainingColumn(),
            console=rich.console.Console(stderr=True),
            auto_refresh=False,
            transient=True,
        )
        self._task = self._bars.add_task("", total=1.0)

    def start(self) -> None:
        self._bars.start()

    def show(self, share: float) -> None:
        self._bars.update(self._task, completed=share)
        self._bars.refresh()

    def stop(self) -> None:
        self._bars.stop()


class _Plain:
    """A percentage on a line of its own, where rich is not installed."""

    def start(self) -> None:
        pass

    def show(self, share: float) -> None:
        sys.stderr.write(f"\r{share:4.0%}")
        sys.stderr.flush()

    def stop(self) -> None:
        sys.stderr.write("\r    \r")
        sys.stderr.flush()


class _Bar:
    """A bar that appears after `DELAY` and goes away when done; drawn from the calls only, without a thread."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._drawn: _Drawn | None = None

    def __call__(self, share: float) -> None:
        if self._drawn is None:
            if time.monotonic() - self._started < DELAY:
                return
            try:
                self._drawn = _Rich()
            except ImportError:
                self._drawn = _Plain()
            self._drawn.start()
        self._drawn.show(share)

    def close(self) -> None:
        if self._drawn is not None:
            self._drawn.stop()


@contextmanager
def shown(progress: Progress) -> Iterator[Callable[[float], Any] | None]:
    """What the engine is to call while the body runs.

    Raises
    ------
    TypeError
        For what is neither a callable nor True, False or None.
    """
    if progress is None or progress is False:
        yield None
    elif progress is True:
        bar = _Bar()
        try:
            yield bar
        finally:
            bar.close()
    elif callable(progress):
        yield progress
    else:
        raise TypeError(f"progress is a callable, True, False or None, not {progress!r}")


class Steps:
    """One account of several calls in a row: each is told its part of the whole.

    Parameters
    ----------
    told : callable or None
        Given the share of all of them.
    count : int
        How many calls there will be, each taken to last as long as the others.
    """

    def __init__(self, told: Callable[[float], Any] | None, count: int) -> None:
        self._told = told
        self._count = count
        self._done = 0

    def next(self) -> Callable[[float], Any] | None:
        """What the next call is to be given as its progress."""
        before, self._done = self._done, self._done + 1
        told, count = self._told, self._count
        return None if told is None else lambda share: told(min(1.0, (before + share) / count))
