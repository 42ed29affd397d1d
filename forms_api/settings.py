"""Settings: one table of what can be set, with default and help, and the values read from the environment.

Reads nothing by itself: the environment and the project folder come in as arguments.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting. `default` is shown in the docs; `{root}` in it stands for the project folder."""

    name: str
    variable: str
    default: str
    help: str
    secret: bool = False


SETTINGS: tuple[Setting, ...] = (
    Setting(
        name="database_url",
        variable="LEADSITE_DATABASE_URL",
        default="sqlite:///{root}/var/leadsite.db",
        help="Where leads are kept: sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE.",
        secret=True,
    ),
    Setting(
        name="queue_url",
        variable="LEADSITE_QUEUE_URL",
        default="sqlite:///{root}/var/queue.db",
        help="How a stored lead wakes the worker: sqlite:///FILE, redis://HOST or postgresql://HOST/DATABASE. "
        "Holds no leads; without it a delivery waits for the next sweep.",
        secret=True,
    ),
    Setting(
        name="smtp_url",
        variable="LEADSITE_SMTP_URL",
        default="smtp://127.0.0.1:1025",
        help="The mail server: smtp://USER:PASSWORD@HOST:587 (STARTTLS when offered, always with a password), "
        "smtps://…:465 (TLS from the start). The default is the preview's mail catcher.",
        secret=True,
    ),
    Setting(
        name="mail_from",
        variable="LEADSITE_MAIL_FROM",
        default="",
        help="The sender of mails that name none, as an address. Empty: the market's controller.",
    ),
    Setting(
        name="secret_key",
        variable="LEADSITE_SECRET_KEY",
        default="made once, kept in {root}/var/secret.key",
        help="Signs the links in mails, and makes the keys of the consent ledger. At least 32 characters, the same for "
        "every process. Keep a copy: with another one old links end, and the ledger can be neither read nor verified.",
        secret=True,
    ),
    Setting(
        name="anchor_folder",
        variable="LEADSITE_ANCHOR_FOLDER",
        default="{root}/var/anchors",
        help="Where the consent ledger's anchor file is kept, one for each store: it tells how far the ledger had grown. "
        "On another disk than the database, or copied away often, it shows that somebody cut the ledger's end.",
    ),
    Setting(
        name="suppression_file",
        variable="LEADSITE_SUPPRESSION_FILE",
        default="{root}/var/suppressions.jsonl",
        help="The copy of the suppression list outside the database, only ever added to and read at every start: an old "
        "database that was put back forgets no withdrawal and no erasure. It holds keyed hashes, no address.",
    ),
    Setting(
        name="suppression_key",
        variable="LEADSITE_SUPPRESSION_KEY",
        default="",
        help="Keys the hashes of the suppression list. Empty: LEADSITE_SECRET_KEY. Set it to the old value before that one "
        "changes; with another key nobody on the list is recognised.",
        secret=True,
    ),
    Setting(
        name="markets",
        variable="LEADSITE_MARKETS",
        default="",
        help="Serve only these markets, separated by commas. Empty: all.",
    ),
    Setting(
        name="rate_per_minute",
        variable="LEADSITE_RATE_PER_MINUTE",
        default="20",
        help="Submissions accepted per minute from one address; beyond it the answer is 429. 0: no limit.",
    ),
    Setting(
        name="max_body_bytes",
        variable="LEADSITE_MAX_BODY_BYTES",
        default="65536",
        help="The largest submission in bytes; beyond it the answer is 413.",
    ),
    Setting(
        name="trusted_proxies",
        variable="LEADSITE_TRUSTED_PROXIES",
        default="0",
        help="How many proxies stand in front and set X-Forwarded-For. 0: the header is not believed.",
    ),
    Setting(
        name="country_header",
        variable="LEADSITE_COUNTRY_HEADER",
        default="",
        help="The request header in which a proxy in front tells the visitor's country, such as CF-IPCountry. It may only add "
        "a country's rules, and is never stored. Empty: none is read.",
    ),
    Setting(
        name="sweep_seconds",
        variable="LEADSITE_SWEEP_SECONDS",
        default="20",
        help="How often the worker looks for due deliveries without being woken.",
    ),
    Setting(
        name="lane_concurrency",
        variable="LEADSITE_LANE_CONCURRENCY",
        default="4",
        help="Deliveries that one worker brings to one destination at the same time.",
    ),
)
_SMALLEST_KEY = 32


class SettingsError(ValueError):
    """A setting cannot be used. The message names the variable and the fix."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The values in force. `markets` is empty when all are served."""

    project_root: Path
    database_url: str
    queue_url: str
    smtp_url: str
    mail_from: str
    secret_key: str
    anchor_folder: Path
    suppression_file: Path
    suppression_key: str
    markets: tuple[str, ...]
    rate_per_minute: int
    max_body_bytes: int
    trusted_proxies: int
    country_header: str
    sweep_seconds: int
    lane_concurrency: int

    @classmethod
    def from_env(cls, environ: Mapping[str, str], project_root: Path) -> Settings:
        """The settings of a project. Makes `var/secret.key` when no key is set and none was made before.

        Raises SettingsError, naming the variable and the fix.
        """
        root = project_root.resolve()
        text = {
            s.name: (environ.get(s.variable, "").strip() or s.default).replace("{root}", str(root)) for s in SETTINGS
        }
        return cls(
            project_root=root,
            database_url=_url("LEADSITE_DATABASE_URL", text["database_url"], root, ("sqlite", "postgresql")),
            queue_url=_url("LEADSITE_QUEUE_URL", text["queue_url"], root, ("sqlite", "postgresql", "redis", "rediss")),
            smtp_url=_url("LEADSITE_SMTP_URL", text["smtp_url"], root, ("smtp", "smtps")),
            mail_from=text["mail_from"],
            secret_key=_secret_key(environ.get("LEADSITE_SECRET_KEY", ""), root),
            anchor_folder=root / text["anchor_folder"],
            suppression_file=root / text["suppression_file"],
            suppression_key=text["suppression_key"],
            markets=tuple(m.strip() for m in text["markets"].split(",") if m.strip()),
            rate_per_minute=_number("LEADSITE_RATE_PER_MINUTE", text["rate_per_minute"], 0),
            max_body_bytes=_number("LEADSITE_MAX_BODY_BYTES", text["max_body_bytes"], 1024),
            trusted_proxies=_number("LEADSITE_TRUSTED_PROXIES", text["trusted_proxies"], 0),
            country_header=text["country_header"],
            sweep_seconds=_number("LEADSITE_SWEEP_SECONDS", text["sweep_seconds"], 1),
            lane_concurrency=_number("LEADSITE_LANE_CONCURRENCY", text["lane_concurrency"], 1),
        )


def _url(variable: str, value: str, root: Path, schemes: tuple[str, ...]) -> str:
    """The URL, with a relative SQLite file made absolute under the project and PostgreSQL's driver left out."""
    allowed = ", ".join(f"{scheme}://" for scheme in schemes)
    scheme = value.partition("://")[0]
    if scheme == "postgres" or scheme.startswith("postgresql+"):
        value = "postgresql" + value[len(scheme) :]
        scheme = "postgresql"
    if scheme not in schemes:
        raise SettingsError(f"{variable} does not start with a known scheme; use one of {allowed}")
    try:
        parsed = make_url(value)
    except (ArgumentError, ValueError):
        raise SettingsError(
            f"{variable} is not a URL that can be read; write it as {schemes[-1]}://HOST, with special characters "
            "in the password written as %XX"
        ) from None
    if scheme == "sqlite":
        if parsed.database in (None, "", ":memory:"):
            raise SettingsError(f"{variable} names no file; write it as sqlite:///var/leadsite.db")
        return f"sqlite:///{root / str(parsed.database)}"
    if not parsed.host and not parsed.query.get("host"):
        raise SettingsError(f"{variable} names no host; write it as {scheme}://HOST")
    return value


def _number(variable: str, value: str, smallest: int) -> int:
    if not value.isascii() or not value.isdigit() or int(value) < smallest:
        raise SettingsError(f"{variable} is {value!r}; use a whole number from {smallest} up")
    return int(value)


def _secret_key(value: str, root: Path) -> str:
    """The key as set, or the one in `var/secret.key`, made if need be and readable by its owner alone."""
    if value:
        if len(value) < _SMALLEST_KEY:
            raise SettingsError(
                f"LEADSITE_SECRET_KEY is shorter than {_SMALLEST_KEY} characters; make one with "
                'python -c "import secrets; print(secrets.token_urlsafe(32))"'
            )
        return value
    file = root / "var" / "secret.key"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        # Written whole under another name and then linked: two processes that start at once agree on one key.
        draft = file.with_name(f"secret.key.{secrets.token_hex(8)}")
        if not file.exists():
            draft.touch(mode=0o600)
            draft.write_text(secrets.token_urlsafe(32), encoding="ascii")
            try:
                file.hardlink_to(draft)
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        return file.read_text(encoding="ascii").strip()
    except OSError as error:
        raise SettingsError(
            f"LEADSITE_SECRET_KEY is not set and {file} cannot be kept ({error.strerror}); set the variable"
        ) from None
