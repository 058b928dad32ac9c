"""`python -m app.serve`: the whole of Limn in the foreground, watched by supervisord, which restarts what dies."""

import os
import re
import socket
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

from app.engines import Model, catalogue
from app.lifeline import SUPERVISOR
from config import ROOT, BadSetting, Settings, load

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
command = {command}
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
    os.chdir(ROOT)
    try:
        settings, run = prepare()
        if said := catalogue.overlooked(settings):
            print(said, file=sys.stderr)
        claim_port(settings.HOST, settings.PORT)
        migrate(settings)
        watched = configuration(settings, as_root=os.geteuid() == 0)
    except BadSetting as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    path = run / "supervisord.conf"
    path.write_text(watched)
    _become_supervisord(path)


def prepare() -> tuple[Settings, Path]:
    """The settings, and the folder for what matters only while Limn runs. Raises BadSetting."""
    try:
        settings = load()
        run = settings.DATA_DIR / "run"
        run.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadSetting(f"DATA_DIR: {error.filename} cannot be made: {error.strerror}") from None
    return settings, run


def claim_port(host: str, port: int) -> None:
    """Raises BadSetting when the web server could not listen there."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise BadSetting(f"PORT: cannot listen on {host}:{port}: {(error.strerror or str(error)).lower()}") from None


def migrate(settings: Settings) -> None:
    """Bring the database to its newest shape. Raises BadSetting when it cannot be reached."""
    if present_revision(settings.database_url) == newest_revision():
        return  # without the second or two that importing the whole app takes

    from flask_migrate import upgrade

    from app import create_app

    with create_app(settings).app_context():
        upgrade()


def present_revision(database_url: str) -> str | None:
    """The shape a database is in; None for an empty one. Raises BadSetting."""
    from sqlalchemy import create_engine, inspect, text
    from sqlalchemy.exc import OperationalError

    try:
        with create_engine(database_url).connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            revision: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
            return revision
    except OperationalError as error:
        raise BadSetting(f"DATABASE_URL: {str(error.orig).splitlines()[0]}") from None


def newest_revision() -> str:
    """The one migration that no other comes after, from their text: importing Alembic takes a second."""
    migrations = "\n".join(path.read_text() for path in (ROOT / "migrations/versions").glob("*.py"))
    [newest] = set(re.findall(r'^revision = "(.+)"', migrations, re.MULTILINE)) - set(
        re.findall(r'^down_revision = "(.+)"', migrations, re.MULTILINE)
    )
    return str(newest)


def configuration(settings: Settings, as_root: bool) -> str:
    """The text of supervisord.conf. Workers are nice, so that pages stay quick while pictures are painted."""
    models = catalogue.read(settings)
    programs = (
        PROGRAM.format(name="web", command="python -m gunicorn wsgi:app", count=1),
        PROGRAM.format(name="tools", command="nice python -m app.worker tools", count=settings.TOOL_WORKERS),
        *(_painter(model, settings) for model in models.values()),
        PROGRAM.format(name="messages", command="nice python -m app.worker messages", count=1),
    )
    user = "user = root\n" if as_root else ""  # or supervisord warns about it
    engine = f"environment = ENGINE={next(iter(models.values())).kind}\n"  # of `auto`, whatever folder comes or goes
    return SUPERVISORD + user + engine + "".join(programs) + _group(["web", "tools", *models, "messages"])


def _group(names: list[str]) -> str:
    """Of one group all are told to stop at the same moment; else supervisord waits for each in turn."""
    return f"\n[group:limn]\nprograms = {','.join(names)}\n"


def _painter(model: Model, settings: Settings) -> str:
    """A diffusers model would be loaded by each process anew, and an endpoint is asked by threads of one."""
    count = settings.MODEL_WORKERS if model.kind == "illustrator" else 1
    return PROGRAM.format(name=model.name, command=f"nice python -m app.worker {model.name}", count=count)


def _become_supervisord(path: Path) -> NoReturn:
    os.environ["PATH"] = f"{Path(sys.executable).parent}:{os.environ.get('PATH', os.defpath)}"
    os.environ["PYTHONUNBUFFERED"] = "1"
    os.environ[SUPERVISOR] = str(os.getpid())
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


if __name__ == "__main__":
    main()
