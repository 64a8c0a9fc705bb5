"""Lets the tests of this folder import the oracle and the generators that lie beside them."""

import sys
from pathlib import Path
from typing import Any

import pytest

import backfire

sys.path.insert(0, str(Path(__file__).resolve().parent))


def pytest_addoption(parser):
    parser.addoption(
        "--update-golden", action="store_true", help="write the golden pages of shipped scenarios anew"
    )


@pytest.fixture
def document() -> dict[str, Any]:
    """The shipped corrective-callbacks as a plain dict, to change at will."""
    return backfire.scenario("corrective-callbacks").to_dict()
