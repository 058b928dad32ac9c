"""How long the state machines run: `THOROUGH=1 make test` for more than ten thousand steps each."""

import os

THOROUGH = "THOROUGH" in os.environ
