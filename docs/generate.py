"""Reference pages made from what the package says of itself: the keys of a document, the diagnostics, the shipped scenarios."""

import json
from pathlib import Path
from typing import Any

import backfire


def _flat(shape: dict[str, Any]) -> dict[str, Any]:
    """A shape with what `allOf` adds to it."""
    whole = dict(shape)
    for part in shape.get("allOf", []):
        whole |= {key: value for key, value in part.items() if key not in whole}
    return whole


def _notes(shape: dict[str, Any]) -> str:
    """What a value must keep to, in a few words."""
    limits = {"minimum": "≥ {}", "exclusiveMinimum": "> {}", "maximum": "≤ {}", "exclusiveMaximum": "< {}"}
    notes = [text.format(shape[key]) for key, text in limits.items() if key in shape]
    notes += [", ".join(f"`{word}`" for word in shape["enum"])] if "enum" in shape else []
    patterns = shape.get("patternProperties", {})
    inner = next((value for name, value in patterns.items() if name != "^x-"), None)
    target = (inner or {}).get("$ref") if isinstance(inner, dict) else shape.get("$ref")
    if target:
        name = target.rsplit("/", 1)[1]
        notes.append(f"{'a map of ' if inner else ''}[{name}](#{name})")
    return "; ".join(notes)


def document_reference() -> str:
    """Every object of a document with its keys, from the JSON Schema."""
    objects = json.loads(backfire.schema())["$defs"]
    lines = ["# Every key of a document", "", "Made from `backfire schema`, the JSON Schema that ships.", ""]
    for name in ["scenario", *(name for name in objects if name != "scenario")]:
        spec = objects[name]
        lines += [f"({name})=", f"## {name}", "", spec.get("description", ""), ""]
        if "properties" not in spec:
            continue
        required = set(spec.get("required", []))
        lines += ["| key | meaning | keeps to |", "| --- | --- | --- |"]
        for key, raw in spec["properties"].items():
            shape = _flat(raw)
            notes = "; ".join(filter(None, ["required" if key in required else "", _notes(shape)]))
            meaning = shape.get("description", "").replace("|", "\\|")
            lines.append(f"| `{key}` | {meaning} | {notes} |")
        lines.append("")
    return "\n".join(lines)


def diagnostics_reference() -> str:
    """The table of diagnostic codes."""
    lines = ["# Every diagnostic", "", "| code | meaning |", "| --- | --- |"]
    lines += [f"| `{code}` | {meaning} |" for code, meaning, _ in backfire.diagnostic_codes()]
    return "\n".join([*lines, ""])


def scenarios_reference() -> str:
    """The shipped scenarios: question, page."""
    folder = Path(backfire.__file__).parent / "scenarios"
    lines = ["# The shipped scenarios", ""]
    for row in backfire.scenarios():
        lines += [f"## `{row['name']}`", "", f"*{row['question']}*", ""]
        page = (folder / row["name"] / "page.md").read_text(encoding="utf-8")
        lines += [
            "#" + line if line.startswith("#") and not line.startswith("# ") else line
            for line in page.splitlines()
            if not line.startswith("# ")
        ]
        lines.append("")
    return "\n".join(lines)


def write_all(folder: Path) -> None:
    """Writes every generated page into the folder."""
    folder.mkdir(exist_ok=True)
    pages = {
        "document.md": document_reference(),
        "diagnostics.md": diagnostics_reference(),
        "scenarios.md": scenarios_reference(),
    }
    for name, text in pages.items():
        (folder / name).write_text(text, encoding="utf-8")
