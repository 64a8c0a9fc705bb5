"""`python -m backfire` is the command line."""

from backfire.cli import main

raise SystemExit(main())
