"""Settings as data: name, type, default and help, each described once.

Environment variables of the same name set them; an empty variable counts as unset. `docs/settings.md` is
written from this file (`flask settings`), and a test holds the two together.
"""

import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic.fields import FieldInfo

Count = Annotated[int, Field(ge=0)]
AtLeastOne = Annotated[int, Field(ge=1)]

ROOT = Path(__file__).resolve().parent
FONTS = ROOT / "node_modules/@fontsource-variable"  # laid there by `make setup`
ART = ROOT / "build/art.sqlite"

SHORTEST_SECRET = 32
SENDER = r"([^<>@\x00-\x1f]*<)?[^\s<>@,;]+@[^\s<>@,;]+(?(1)>)"  # an address, or a name and an address in brackets


class BadSetting(ValueError):
    """A value nobody can start with; the message is one line that names the setting."""


class Settings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    ENVIRONMENT: Literal["development", "production"] = Field(
        "development", description="`production` refuses to start without a `SECRET_KEY` and a `PUBLIC_URL` of its own."
    )
    SITE_NAME: str = Field("limn", min_length=1, max_length=40, description="The name on every page and in the mark.")
    PUBLIC_URL: str = Field(
        "",
        pattern=r"^(https?://[^/\s]+)?$",
        description="The address people use, such as `https://limn.example`. Absolute links use it; "
        "without it, the request's host.",
    )
    HOST: str = Field("127.0.0.1", description="The address the web server listens on.")
    PORT: Annotated[int, Field(ge=1, le=65535)] = Field(8000, description="The port the web server listens on.")
    DATA_DIR: Path = Field(
        Path("var"), description="The folder for everything Limn keeps: database, queue, files and secret."
    )
    SECRET_KEY: str = Field(
        "",
        description="Signs cookies and queue messages, 32 characters or more. "
        "Without it one is made at the first start and kept in `DATA_DIR/secret`.",
    )
    DATABASE_URL: str = Field(
        "",
        pattern=r"^((sqlite|postgresql)(\+\w+)?:.+)?$",
        description="A `postgresql://` address. Without it, SQLite in `DATA_DIR`.",
    )
    QUEUE_URL: str = Field(
        "",
        pattern=r"^((redis|rediss|unix|postgresql)://.+)?$",
        description="A `redis://` or `postgresql://` address for wake-ups and rate limits. "
        "Without it, SQLite files in `DATA_DIR`.",
    )
    ENGINE: Literal["auto", "illustrator", "diffusers", "openai"] = Field(
        "auto",
        description="Who paints. `auto`: an endpoint where `OPENAI_BASE_URL` or `OPENAI_API_KEY` is set, else the "
        "model of `MODEL` where its folder is there, else the built-in illustrator.",
    )
    MODEL: str = Field(
        "",
        description="A diffusers model: its folder, or the hub name under which "
        "`flask --app wsgi models fetch` has laid it into `MODELS_DIR`.",
    )
    OPENAI_BASE_URL: str = Field(
        "",
        pattern=r"^(https?://[^/\s]+.*)?$",
        description="The base address of an endpoint with OpenAI's Images API, such as `http://gpu:8080/v1`. "
        "Without it, OpenAI's own.",
    )
    OPENAI_API_KEY: str = Field("", description="The key for it.")
    OPENAI_MODEL: str = Field("", description="The endpoint's model. Without it, the endpoint chooses.")
    OPENAI_SECONDS: AtLeastOne = Field(180, description="Seconds the endpoint has for one answer.")
    OPENAI_AT_ONCE: AtLeastOne = Field(4, description="Requests to one endpoint at a time.")
    MODEL_LIST: Path | None = Field(
        None,
        description="A TOML file of several models ([how](model-list.md)), instead of `ENGINE` and its like.",
    )
    MODEL_DOWN: Literal["wait", "next"] = Field(
        "wait",
        description="What jobs do whose model does not work at present: wait for it, or go to the next model of the "
        "list that costs the same.",
    )
    BATCH: AtLeastOne = Field(
        4, description="Pictures a diffusers model paints together, of one job or of several, as far as memory goes."
    )
    COMPILE_MODEL: bool = Field(
        False, description="Whether diffusers models are compiled: slower to start, quicker to paint (CUDA only)."
    )
    CHECK_PICTURES: bool = Field(
        True, description="Whether a diffusers model's safety checker, where its files are there, withholds pictures."
    )

    REMOVE_BACKGROUND_MODEL: Literal[
        "builtin",
        "u2net",
        "u2netp",
        "u2net_human_seg",
        "silueta",
        "isnet-general-use",
        "isnet-anime",
        "birefnet-general",
        "birefnet-general-lite",
        "birefnet-portrait",
    ] = Field(
        "builtin",
        description="Who cuts pictures out. The others are models of rembg, whose files lie in `MODELS_DIR` "
        "(`flask --app wsgi models fetch`).",
    )
    MODELS_DIR: Path | None = Field(None, description="The folder of model files. Without it, `models` in `DATA_DIR`.")

    WEB_WORKERS: AtLeastOne = Field(2, description="Web server processes.")
    WEB_THREADS: AtLeastOne = Field(16, description="Threads in each web server process.")
    TOOL_WORKERS: AtLeastOne = Field(
        2, description="Worker processes for the quick lane, `tools`: with two, a slow file holds nobody else up."
    )
    MODEL_WORKERS: AtLeastOne = Field(
        2, description="Worker processes for the illustrator. A diffusers model and an endpoint have one each."
    )
    TRUSTED_PROXIES: Count = Field(
        0, description="How many proxies in front may be believed when they set `X-Forwarded-*`."
    )

    UPLOAD_MB: AtLeastOne = Field(25, description="The largest file somebody may send, in MB.")
    MOST_MEGAPIXELS: AtLeastOne = Field(50, description="Megapixels of one file, all frames together.")
    LONGEST_SIDE: AtLeastOne = Field(12_000, description="Pixels a side of a picture may have.")
    MOST_FRAMES: AtLeastOne = Field(100, description="Frames an animation may have, and pages a document.")
    UNZIPPED_MB: AtLeastOne = Field(200, description="How large a packed file may be once unpacked, in MB.")
    PICTURE_SECONDS: AtLeastOne = Field(10, description="Seconds for work on one picture in its sandbox.")
    PICTURE_MEMORY_MB: AtLeastOne = Field(768, description="Memory for it.")
    HEAVY_SECONDS: AtLeastOne = Field(
        40, description="Seconds for writing HEIC or AVIF, one such at a time on a machine."
    )
    HEAVY_MEMORY_MB: AtLeastOne = Field(2048, description="Memory for it.")
    DOCUMENT_SECONDS: AtLeastOne = Field(60, description="Seconds for drawing an office document.")
    DOCUMENT_MEMORY_MB: AtLeastOne = Field(1536, description="Memory for it.")
    WAIT_SECONDS: Count = Field(
        60, description="Seconds a tool's API call waits for its result; after that it answers 202 and the id."
    )

    DIALECT_WAIT_SECONDS: Count = Field(
        85,
        description="Seconds the key dialect and the OpenAI dialect wait for a picture; after that it is canceled.",
    )

    WEBHOOKS_TO_PRIVATE: bool = Field(
        False,
        description="Whether webhooks may go to private and loopback addresses. Leave it off where strangers sign up.",
    )
    MODERATION_URL: str = Field(
        "",
        pattern=r"^(https?://[^/\s]+.*)?$",
        description="The base address of a service with OpenAI's moderation endpoint, asked besides the built-in "
        "policy, such as `https://api.openai.com/v1`.",
    )
    MODERATION_API_KEY: str = Field("", description="The key for it.")

    STRIPE_SECRET_KEY: str = Field(
        "",
        description="Stripe's key, `sk_…` or `rk_…`. Without it, a test checkout that moves no money; "
        "in production, nothing is for sale.",
    )
    STRIPE_WEBHOOK_SECRET: str = Field("", description="The `whsec_…` of Stripe's endpoint `/webhooks/stripe`.")
    STRIPE_API_BASE: str = Field(
        "", pattern=r"^(https?://[^/\s]+)?$", description="Where Stripe's API is. Without it, at Stripe."
    )
    STRIPE_TAX: bool = Field(False, description="Whether Stripe works out the tax (Stripe Tax).")
    STRIPE_PROMOTION_CODES: bool = Field(False, description="Whether the checkout asks for a promotion code.")
    PAYMENT_GRACE_DAYS: Count = Field(7, description="Days a plan goes on whose payment failed.")
    MAIL_URL: str = Field(
        "",
        pattern=r"^(smtps?://[^/\s]+)?$",
        description="A `smtp://` or `smtps://` address, with `user:password@` where it needs one. "
        "Without it, mail is written to the console.",
    )
    MAIL_FROM: str = Field("", description="The sender of mail. Without it, `limn@` the host of `PUBLIC_URL`.")
    MAILS_PER_HOUR: AtLeastOne = Field(
        5, description="Mails an hour to one address that somebody asks for: to verify it, or for a new password."
    )

    SESSION_DAYS: AtLeastOne = Field(60, description="Days after which a sign-in ends, however busy.")
    SESSION_IDLE_DAYS: AtLeastOne = Field(14, description="Days without a visit after which a sign-in ends.")
    TOKEN_MINUTES: AtLeastOne = Field(60, description="Minutes a token of `POST /api/auth/login` lasts.")
    SIGN_UPS_PER_HOUR: AtLeastOne = Field(30, description="New accounts an hour from one network.")
    SIGN_INS_PER_ACCOUNT: AtLeastOne = Field(10, description="Sign-in attempts for one address in 15 minutes.")
    SIGN_INS_PER_NETWORK: AtLeastOne = Field(60, description="Sign-in attempts from one network in 15 minutes.")
    CONTESTS_PER_HOUR: AtLeastOne = Field(20, description="Refusals an hour that one network may contest.")
    REQUESTS_PER_MINUTE_FREE: AtLeastOne = Field(
        120, description="API requests a minute on Free, or from one network without an account. Polling is free."
    )
    REQUESTS_PER_MINUTE_PAID: AtLeastOne = Field(1200, description="API requests a minute on a paid plan.")
    KEY_DIALECT_REQUESTS: AtLeastOne = Field(
        100, description="Requests to `/api/images` and `/api/auth` from one address in 15 minutes."
    )
    WAITING_JOBS_FREE: AtLeastOne = Field(10, description="Jobs one account on Free may have waiting.")
    WAITING_JOBS_PAID: AtLeastOne = Field(100, description="Jobs one account on a paid plan may have waiting.")
    ANONYMOUS_PER_NETWORK: Count = Field(10, description="Pictures a day without an account from one network.")
    ANONYMOUS_POOL: Count = Field(500, description="Pictures a day without an account, all together.")
    LOW_CREDITS: Count = Field(40, description="A balance below this is called low.")

    @model_validator(mode="after")
    def _no_development_secrets(self) -> "Settings":
        if self.SECRET_KEY and len(self.SECRET_KEY) < SHORTEST_SECRET:
            raise BadSetting(f"SECRET_KEY: use at least {SHORTEST_SECRET} characters")
        if self.SECRET_KEY and len(set(self.SECRET_KEY)) < SHORTEST_SECRET // 4:
            raise BadSetting("SECRET_KEY: too regular to be a secret; use random characters")
        if self.ENVIRONMENT == "production":
            for name in ("SECRET_KEY", "PUBLIC_URL"):
                if not getattr(self, name):
                    raise BadSetting(f"{name}: production needs its own")
        if self.STRIPE_SECRET_KEY and not self.STRIPE_WEBHOOK_SECRET:
            raise BadSetting("STRIPE_WEBHOOK_SECRET: without it nobody gets what they pay for with STRIPE_SECRET_KEY")
        return self

    @model_validator(mode="after")
    def _mail_that_can_go_out(self) -> "Settings":
        if self.MAIL_FROM and not re.fullmatch(SENDER, self.MAIL_FROM):
            raise BadSetting("MAIL_FROM: an address, such as hello@limn.example or Limn <hello@limn.example>")
        if self.MAIL_URL and not _names_a_host(self.MAIL_URL):  # it is not shown, for it may hold a password
            raise BadSetting("MAIL_URL: a host, and after a colon its port, such as smtp://mail.example:587")
        return self

    @property
    def database_url(self) -> str:
        return self.DATABASE_URL or f"sqlite:///{self.DATA_DIR / 'limn.sqlite'}"

    @property
    def test_checkout(self) -> bool:
        """Whether what is for sale is sold in play. In production never."""
        return self.ENVIRONMENT == "development" and not self.STRIPE_SECRET_KEY

    @property
    def files(self) -> Path:
        return self.DATA_DIR / "files"

    @property
    def models(self) -> Path:
        return self.MODELS_DIR or self.DATA_DIR / "models"


def load(environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings of this process. Raises BadSetting, one line that names the setting."""
    given = {name: environ[name] for name in Settings.model_fields if environ.get(name)}
    try:
        settings = Settings.model_validate(given)
    except ValidationError as error:
        raise BadSetting(_one_line(error)) from None
    data = settings.DATA_DIR.resolve()
    return settings.model_copy(update={"DATA_DIR": data, "SECRET_KEY": settings.SECRET_KEY or _kept_secret(data)})


def _names_a_host(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _one_line(error: ValidationError) -> str:
    first = error.errors()[0]
    cause = first.get("ctx", {}).get("error")
    if isinstance(cause, BadSetting):
        return str(cause)
    name = str(first["loc"][0])
    if first["type"] == "string_pattern_mismatch":  # an address; it is not shown, for it may hold a password
        return f"{name}: is no such address. {Settings.model_fields[name].description}"
    return f"{name}: {first['msg'].lower()}, not {first['input']!r}"


def _kept_secret(data: Path) -> str:
    """Two processes may start at once: the first to create the file wins and the other reads it."""
    path = data / "secret"
    data.mkdir(parents=True, exist_ok=True)
    fresh = data / f".secret.{secrets.token_hex(4)}"
    if not path.exists():
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(48))
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text().strip()


def settings_page() -> str:
    """docs/settings.md."""
    rows = [
        f"| `{name}` | {_type_of(field.annotation)} | {_default_of(field)} | {field.description} |"
        for name, field in Settings.model_fields.items()
    ]
    return "\n".join(
        [
            "# Settings",
            "",
            "Environment variables; an empty one counts as unset. A value of the wrong kind stops the start with",
            "one line that names the setting. This page is written by `flask --app wsgi settings --write`.",
            "",
            "| setting | type | default | what it does |",
            "| --- | --- | --- | --- |",
            *rows,
            "",
        ]
    )


def _type_of(annotation: Any) -> str:
    if get_origin(annotation) is Literal:
        return " or ".join(f"`{choice}`" for choice in get_args(annotation))
    return {int: "number", str: "text", bool: "yes or no", Path: "path", Path | None: "path"}[annotation]


def _default_of(field: FieldInfo) -> str:
    return "unset" if field.default in (None, "") else f"`{field.default}`"
