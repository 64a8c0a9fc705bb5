"""How long calls show how far they are: a bar in a terminal or notebook, or whatever callable the caller brings."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from backfire._errors import MissingPackageError

#: A callable given the share done, 0…1, now and then; True for a bar on standard error; None or False for silence.
Progress = Callable[[float], Any] | bool | None

#: Seconds before a bar appears: what is done sooner needs none.
DELAY = 0.4


class _Bar:
    """A bar that appears after `DELAY` and goes away when done; drawn from the calls only, without a thread."""

    def __init__(self, bars: Any) -> None:
        self._bars = bars
        self._task = bars.add_task("", total=1.0)
        self._started = time.monotonic()
        self._shown = False

    def __call__(self, share: float) -> None:
        if not self._shown and time.monotonic() - self._started < DELAY:
            return
        if not self._shown:
            self._bars.start()
            self._shown = True
        self._bars.update(self._task, completed=share)
        self._bars.refresh()

    def close(self) -> None:
        if self._shown:
            self._bars.stop()


@contextmanager
def shown(progress: Progress) -> Iterator[Callable[[float], Any] | None]:
    """What the engine is to call while the body runs; raises MissingPackageError where True needs rich."""
    if progress is None or progress is False:
        yield None
    elif callable(progress):
        yield progress
    else:
        try:
            import rich.console
            import rich.progress
        except ImportError:
            raise MissingPackageError("progress=True needs rich: pip install backfire[rich]") from None
        bar = _Bar(
            rich.progress.Progress(
                rich.progress.BarColumn(),
                rich.progress.TaskProgressColumn(),
                rich.progress.TimeRemainingColumn(),
                console=rich.console.Console(stderr=True),
                auto_refresh=False,
                transient=True,
            )
        )
        try:
            yield bar
        finally:
            bar.close()
