"""Run the command line with ``python -m policyindex``."""

from __future__ import annotations

import sys

from .cli.main import main

sys.exit(main())
