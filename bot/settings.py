"""All settings, read from the environment in one place.

Every process calls `Settings.from_environment()` once at its start. Defaults are those of the embedded
set-up (SQLite files under var/, one process each); docs/settings.md explains each variable.
"""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Dict, Mapping, Optional, Tuple
from urllib.parse import urlsplit

from bot.errors import SettingsError

PROJECT_ROOT = Path(__file__).resolve().parent.parent
DEFAULT_PORT = 8080
CHANNEL_VARIABLES = {
    "telegram": ("TELEGRAM_TOKEN", "TELEGRAM_SECRET", "TELEGRAM_BOT_NAME"),
    "whatsapp": ("WHATSAPP_TOKEN", "WHATSAPP_PHONE_ID", "WHATSAPP_APP_SECRET", "WHATSAPP_VERIFY_TOKEN"),
    "slack": ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"),
    "messenger": ("MESSENGER_PAGE_TOKEN", "MESSENGER_APP_SECRET", "MESSENGER_VERIFY_TOKEN"),
}
"""What each messaging channel needs; it is present exactly when all of its variables are set."""
CHANNEL_OPTIONS = {
    "telegram": ("TELEGRAM_API_URL",),
    "whatsapp": ("WHATSAPP_API_URL", "WHATSAPP_TEMPLATE"),
    "slack": ("SLACK_API_URL",),
    "messenger": ("MESSENGER_API_URL",),
}
"""What a channel may be given besides."""


@dataclass(frozen=True)
class OpenIdConnect:
    """The identity provider by which staff may sign in."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True)
class Settings:
    """The settings of one process."""

    var: Path
    """Folder of databases, the secret and the running model's caches."""
    host: str
    """Address the public door listens on (`HOST`)."""
    port: int
    """Port of the public door (`PORT`)."""
    rasa_port: int
    """Port of the Rasa server, on the loopback only (`RASA_PORT`)."""
    actions_port: int
    """Port of the action server, on the loopback only (`ACTIONS_PORT`)."""
    mobility_database_url: str
    """SQLAlchemy address of the mobility database (`MOBILITY_DATABASE_URL`)."""
    tracker_database_url: str
    """SQLAlchemy address of Rasa's tracker store, the durable conversation log (`TRACKER_DATABASE_URL`)."""
    review_database_url: str
    """SQLAlchemy address of feedback and review (`REVIEW_DATABASE_URL`)."""
    redis_url: Optional[str]
    """Address of Redis, or None for locks and limits in memory (`REDIS_URL`)."""
    secret_key: str
    """Signs conversation tokens and the calls between the processes (`SECRET_KEY`)."""
    rate_limits: bool
    """False only for evaluation and load tests (`RATE_LIMITS=off`)."""
    allowed_origins: Tuple[str, ...]
    """Origins besides its own that may call the chat API (`ALLOWED_ORIGINS`, separated by commas)."""
    facts: Path = PROJECT_ROOT / "data" / "mobility"
    """Folder of the files that the mobility database is loaded from (`FACTS_DIR`)."""
    public_url: Optional[str] = None
    """The assistant's address from outside, for links in channels and e-mails (`PUBLIC_URL`)."""
    retention_months: int = 12
    """A conversation is erased so long after its last message; 0: never (`RETENTION_MONTHS`)."""
    handoff_hours: int = 24
    """Staff who took over and write nothing for so long have forgotten it; 0: never (`HANDOFF_HOURS`)."""
    smtp_url: Optional[str] = None
    """Mail server that takes notices to the staff: smtp://user:password@host:587 or smtps:// (`SMTP_URL`)."""
    staff_email: Tuple[str, ...] = ()
    """Who is told of a conversation that waits for a person (`STAFF_EMAIL`, separated by commas)."""
    credentials: Mapping[str, Mapping[str, str]] = field(default_factory=dict, repr=False)
    """Variables of each messaging channel that is set up (CHANNEL_VARIABLES, CHANNEL_OPTIONS)."""
    oidc: Optional[OpenIdConnect] = None
    """Single sign-on of the staff console (`OIDC_ISSUER`, `OIDC_CLIENT_ID`, `OIDC_CLIENT_SECRET`)."""

    @property
    def channels(self) -> Tuple[str, ...]:
        """Messaging channels that are set up."""
        return tuple(self.credentials)

    @property
    def rasa_url(self) -> str:
        """Base address of the Rasa server."""
        return f"http://127.0.0.1:{self.rasa_port}"

    @property
    def actions_url(self) -> str:
        """Base address of the action server."""
        return f"http://127.0.0.1:{self.actions_port}"

    @property
    def web_url(self) -> str:
        """Base address of the public door, as this machine reaches it."""
        return f"http://127.0.0.1:{self.port}"

    @classmethod
    def from_environment(cls, environment: Optional[Mapping[str, str]] = None) -> "Settings":
        """Read the settings; raise SettingsError naming the variable that is wrong."""
        values = os.environ if environment is None else environment
        var = Path(values.get("VAR_DIR") or PROJECT_ROOT / "var")
        return cls(
            var=var,
            host=values.get("HOST") or "127.0.0.1",
            port=_port(values, "PORT", DEFAULT_PORT),
            rasa_port=_port(values, "RASA_PORT", 5005),
            actions_port=_port(values, "ACTIONS_PORT", 5055),
            mobility_database_url=values.get("MOBILITY_DATABASE_URL") or _sqlite(var, "mobility"),
            tracker_database_url=values.get("TRACKER_DATABASE_URL") or _sqlite(var, "conversations"),
            review_database_url=values.get("REVIEW_DATABASE_URL") or _sqlite(var, "review"),
            redis_url=values.get("REDIS_URL") or None,
            secret_key=_secret(values, var),
            rate_limits=_switch(values, "RATE_LIMITS", default=True),
            allowed_origins=tuple(origin.rstrip("/") for origin in _list(values, "ALLOWED_ORIGINS")),
            facts=_folder(values, "FACTS_DIR", PROJECT_ROOT / "data" / "mobility"),
            public_url=_address(values, "PUBLIC_URL"),
            retention_months=_months(values, "RETENTION_MONTHS", 12),
            handoff_hours=_hours(values, "HANDOFF_HOURS", 24),
            smtp_url=_mail_server(values, "SMTP_URL"),
            staff_email=_list(values, "STAFF_EMAIL"),
            credentials=_credentials(values),
            oidc=_oidc(values),
        )


def _sqlite(var: Path, name: str) -> str:
    return f"sqlite:///{var / name}.db"


def _folder(values: Mapping[str, str], name: str, default: Path) -> Path:
    folder = Path(values.get(name) or default).absolute()
    if not folder.is_dir():
        raise SettingsError(f"{name}={folder} is no folder: give one with files such as those of data/mobility/.")
    return folder


def _port(values: Mapping[str, str], name: str, default: int) -> int:
    text = values.get(name) or str(default)
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise SettingsError(f"{name}={text} is not a port: give a whole number from 1 to 65535.")
    return int(text)


def _months(values: Mapping[str, str], name: str, default: int) -> int:
    text = values.get(name) or str(default)
    if not text.isdigit() or int(text) > 1200:
        raise SettingsError(f"{name}={text} is not a number of months: give 12 for a year, or 0 to keep all.")
    return int(text)


def _hours(values: Mapping[str, str], name: str, default: int) -> int:
    text = values.get(name) or str(default)
    if not text.isdigit() or int(text) > 24 * 365:
        raise SettingsError(f"{name}={text} is not a number of hours: give 24 for a day, or 0 for never.")
    return int(text)


def _mail_server(values: Mapping[str, str], name: str) -> Optional[str]:
    address = values.get(name) or None
    if address is not None and not address.startswith(("smtp://", "smtps://")):
        raise SettingsError(f"{name} is no address of a mail server: give one like smtp://user:password@host:587.")
    return address


def _switch(values: Mapping[str, str], name: str, *, default: bool) -> bool:
    text = (values.get(name) or ("on" if default else "off")).lower()
    if text not in ("on", "off"):
        raise SettingsError(f"{name}={text} is neither on nor off.")
    return text == "on"


def _address(values: Mapping[str, str], name: str) -> Optional[str]:
    """Return the address of a website without a slash at its end, or None where none is set."""
    text = values.get(name, "").strip().rstrip("/")
    parts = urlsplit(text)
    if text and (parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment):
        raise SettingsError(f"{name}={text} is no address: give one such as https://assistant.example.org.")
    return text or None


def _list(values: Mapping[str, str], name: str) -> Tuple[str, ...]:
    return tuple(item.strip() for item in values.get(name, "").split(",") if item.strip())


def _oidc(values: Mapping[str, str]) -> Optional[OpenIdConnect]:
    issuer = (values.get("OIDC_ISSUER") or "").rstrip("/")
    client_id, client_secret = values.get("OIDC_CLIENT_ID") or "", values.get("OIDC_CLIENT_SECRET") or ""
    if not (issuer or client_id or client_secret):
        return None
    if not (issuer and client_id and client_secret):
        raise SettingsError("Single sign-on needs all of OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET.")
    if not issuer.startswith(("https://", "http://127.0.0.1:", "http://localhost:")):
        raise SettingsError(f"OIDC_ISSUER={issuer} must begin with https://.")
    return OpenIdConnect(issuer, client_id, client_secret)


def _credentials(values: Mapping[str, str]) -> Mapping[str, Mapping[str, str]]:
    """Return the variables of every channel that has all of them; a channel that has only some is a mistake."""
    found: Dict[str, Mapping[str, str]] = {}
    for channel, needed in CHANNEL_VARIABLES.items():
        missing = [name for name in needed if not values.get(name)]
        if not missing:
            given = (name for name in (*needed, *CHANNEL_OPTIONS[channel]) if values.get(name))
            found[channel] = {name: values[name].strip() for name in given}
        elif len(missing) < len(needed):
            raise SettingsError(f"{', '.join(missing)} missing: {channel} needs all of {', '.join(needed)}, or none.")
    return found


def _secret(values: Mapping[str, str], var: Path) -> str:
    """Return `SECRET_KEY`, else the content of var/secret.key, else "" (a process that signs refuses to start)."""
    secret = values.get("SECRET_KEY", "")
    if not secret:
        try:
            secret = (var / "secret.key").read_text(encoding="ascii").strip()
        except OSError:
            return ""
    if len(secret) < 32:
        raise SettingsError(
            "SECRET_KEY is shorter than 32 characters: give a long random one, or unset it to have one made."
        )
    return secret
