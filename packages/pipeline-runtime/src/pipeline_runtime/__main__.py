"""`python -m pipeline_runtime` is the same as `mlpipe`."""

import sys

from pipeline_runtime.cli import main

sys.exit(main())
