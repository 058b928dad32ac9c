"""`python -m app.serve`: the whole of Limn in the foreground, watched by supervisord, which restarts what dies."""

import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

from config import BadSetting, Settings, load

# The lanes' names and the numbers are all that varies: no path stands in here, so none needs quoting.
SUPERVISORD = """\
[supervisord]
nodaemon = true
silent = true
loglevel = warn
logfile = /dev/fd/1
logfile_maxbytes = 0
pidfile = %(here)s/supervisord.pid
"""

PROGRAM = """
[program:{name}]
command = python -m {command}
process_name = %(program_name)s-%(process_num)d
numprocs = {count}
autorestart = true
startretries = 1000000
stopsignal = TERM
stopwaitsecs = 15
killasgroup = true
redirect_stderr = true
stdout_logfile = /dev/fd/1
stdout_logfile_maxbytes = 0
"""


def main() -> NoReturn:
    os.chdir(Path(__file__).parent.parent)
    try:
        settings = load()
        run = settings.DATA_DIR / "run"
        run.mkdir(parents=True, exist_ok=True)
        claim_port(settings.HOST, settings.PORT)
    except BadSetting as error:
        _give_up(str(error))
    except OSError as error:
        _give_up(f"DATA_DIR: {error.filename} cannot be used: {error.strerror}")
    migrate()
    path = run / "supervisord.conf"
    path.write_text(configuration(settings, as_root=os.geteuid() == 0))
    _become_supervisord(path)


def claim_port(host: str, port: int) -> None:
    """Raises BadSetting when the web server could not listen there."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise BadSetting(f"PORT: cannot listen on {host}:{port}: {(error.strerror or str(error)).lower()}") from None


def migrate() -> None:
    """Bring the database to the newest shape. Raises what the database raises."""
    from flask_migrate import upgrade

    from app import create_app

    with create_app().app_context():
        upgrade()


def configuration(settings: Settings, as_root: bool) -> str:
    """The text of supervisord.conf. Naming root keeps supervisord from warning about it."""
    programs = (
        PROGRAM.format(name="web", command="gunicorn wsgi:app", count=1),
        PROGRAM.format(name="tools", command="app.worker tools", count=settings.TOOL_WORKERS),
        PROGRAM.format(name="models", command="app.worker models", count=settings.MODEL_WORKERS),
    )
    return SUPERVISORD + ("user = root\n" if as_root else "") + "".join(programs)


def _become_supervisord(path: Path) -> NoReturn:
    os.environ["PATH"] = f"{Path(sys.executable).parent}:{os.environ.get('PATH', os.defpath)}"
    os.environ["PYTHONUNBUFFERED"] = "1"
    _own_output()
    os.execv(sys.executable, [sys.executable, "-m", "supervisor.supervisord", "-c", str(path)])  # noqa: S606


def _own_output() -> None:
    """Every program opens this output anew, by name. Where another user owns it, it goes through a pipe of ours."""
    try:
        os.close(os.open("/dev/fd/1", os.O_WRONLY | os.O_APPEND))
    except OSError:
        reader, writer = os.pipe()
        subprocess.Popen(["cat"], stdin=reader, start_new_session=True)  # noqa: S607
        os.dup2(writer, 1)
        os.dup2(writer, 2)


def _give_up(reason: str) -> NoReturn:
    print(reason, file=sys.stderr)
    sys.exit(2)


if __name__ == "__main__":
    main()
