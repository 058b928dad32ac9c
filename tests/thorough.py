"""How long the longest tests take: with `THOROUGH=1 make test`, as long as it takes to try everything."""

import os

THOROUGH = "THOROUGH" in os.environ
