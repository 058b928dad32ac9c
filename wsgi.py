"""What gunicorn and the flask command open."""

import sys

from app import create_app
from config import BadSetting

try:
    app = create_app()
except BadSetting as error:
    sys.exit(str(error))
