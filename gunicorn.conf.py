"""How gunicorn serves Limn. `python -m app.serve` starts it, and gunicorn finds this file by its name."""

from app import moderation
from app.lifeline import die_with_supervisor
from config import load

_settings = load()
_host = f"[{_settings.HOST}]" if ":" in _settings.HOST else _settings.HOST

bind = f"{_host}:{_settings.PORT}"
worker_class = "gthread"
workers = _settings.WEB_WORKERS
threads = _settings.WEB_THREADS
preload_app = True  # memory is shared, and "ready" below is true when it is said
graceful_timeout = 10
keepalive = 15  # seconds; gunicorn's own two are the pause between two polls, and close under the next request
control_socket_disable = True
loglevel = "warning"


def on_starting(_: object) -> None:
    die_with_supervisor()
    moderation.check("a fox")  # reads its lists now, once for all processes, and not while the first person waits


def when_ready(_: object) -> None:
    reachable = "localhost" if _settings.HOST in {"0.0.0.0", "::"} else _host  # noqa: S104  (compared, not bound)
    print(f"Limn is ready at {_settings.PUBLIC_URL or f'http://{reachable}:{_settings.PORT}'} (Ctrl-C stops it)")
