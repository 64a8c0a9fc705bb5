"""Every public name says what it is, every function what it takes."""

import inspect
from typing import Any

import pytest

import backfire
from backfire import pictures

#: What the package offers, by name.
OFFERED = {
    f"{module.__name__}.{name}": getattr(module, name)
    for module in (backfire, pictures)
    for name in module.__all__
    if not (inspect.ismodule(getattr(module, name)) or isinstance(getattr(module, name), str))
}
FUNCTIONS = {name: value for name, value in OFFERED.items() if inspect.isfunction(value)}
#: What its classes offer. Fields are described by their class.
MEMBERS = {
    f"{name}.{member}": getattr(value, member)
    for name, value in OFFERED.items()
    if inspect.isclass(value)
    for member in vars(value)
    if not member.startswith("_") and not inspect.ismemberdescriptor(vars(value)[member])
}


def said_of(name: str, value: Any) -> str:
    """The docstring, less the signature that stands above it in compiled code."""
    text = inspect.getdoc(value) or ""
    return text.partition("\n\n")[2] if text.startswith(f"{name.rpartition('.')[2]}(") else text


@pytest.mark.parametrize("name", OFFERED | MEMBERS)
def test_every_public_name_says_what_it_is(name: str) -> None:
    assert said_of(name, (OFFERED | MEMBERS)[name])


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_says_what_it_takes(name: str) -> None:
    taken = {
        p.name for p in inspect.signature(FUNCTIONS[name]).parameters.values() if p.kind != p.VAR_POSITIONAL
    }
    taken -= {"whose"}  # of `explain`, which names each
    _, _, described = said_of(name, FUNCTIONS[name]).partition("Parameters\n----------\n")
    heads = [
        line.partition(" : ")[0] for line in described.partition("\n\n")[0].splitlines() if line[0] != " "
    ]
    named = {word.strip() for head in heads for word in head.split(",")}
    # A lone parameter may be told in the first sentence.
    assert taken <= named or (len(taken) == 1 and not described)
