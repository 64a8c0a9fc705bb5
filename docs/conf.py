"""The guide as a site: `make docs` writes build/docs/index.html. Reference pages are generated from the package itself."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import generate

import backfire

project = "backfire"
author = "The backfire authors"
project_copyright = "The backfire authors, Apache-2.0"
version = release = backfire.__version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.mathjax",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
]
source_suffix = {".md": "markdown", ".rst": "restructuredtext"}
myst_enable_extensions = ["dollarmath", "deflist"]
myst_heading_anchors = 3
autodoc_typehints = "description"
autodoc_member_order = "bysource"
copybutton_prompt_text = r"\$ |>>> "
copybutton_prompt_is_regexp = True
html_theme = "furo"
html_title = "backfire"
html_show_sourcelink = False

generate.write_all(Path(__file__).resolve().parent / "generated")
