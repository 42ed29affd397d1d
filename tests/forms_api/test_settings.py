"""Settings: one table, defaults under the project, errors that name the variable and the fix."""

from __future__ import annotations

import stat
import threading
from dataclasses import fields

import pytest

from forms_api.settings import SETTINGS, Settings, SettingsError


def test_everything_has_a_default_under_the_project(tmp_path):
    settings = Settings.from_env({}, tmp_path)
    assert settings.database_url == f"sqlite:///{tmp_path}/var/leadsite.db"
    assert settings.queue_url == f"sqlite:///{tmp_path}/var/queue.db"
    assert (settings.markets, settings.trusted_proxies, settings.max_body_bytes) == ((), 0, 65536)


def test_the_table_and_the_values_name_the_same_settings():
    assert [s.name for s in SETTINGS] == [f.name for f in fields(Settings) if f.name != "project_root"]
    assert all(s.variable == f"LEADSITE_{s.name.upper()}" and s.help.endswith((".", "429.")) for s in SETTINGS)
    assert {s.name for s in SETTINGS if s.secret} == {"database_url", "queue_url", "smtp_url", "secret_key", "suppression_key"}


def test_a_key_is_made_once_for_its_owner_alone(tmp_path):
    keys: list[str] = []

    def read() -> None:
        keys.append(Settings.from_env({}, tmp_path).secret_key)

    threads = [threading.Thread(target=read) for _ in range(20)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert len(set(keys)) == 1
    assert len(keys[0]) >= 32
    assert stat.S_IMODE((tmp_path / "var" / "secret.key").stat().st_mode) == 0o600
    assert [file.name for file in (tmp_path / "var").iterdir()] == ["secret.key"]


def test_a_set_key_makes_no_file(tmp_path):
    assert Settings.from_env({"LEADSITE_SECRET_KEY": "k" * 32}, tmp_path).secret_key == "k" * 32
    assert not (tmp_path / "var").exists()


def test_values_are_read(tmp_path):
    settings = Settings.from_env(
        {
            "LEADSITE_DATABASE_URL": "postgres://u:p%40ss@db.example/leads",
            "LEADSITE_QUEUE_URL": "redis://cache.example/1",
            "LEADSITE_MARKETS": " in, bd ,",
            "LEADSITE_RATE_PER_MINUTE": "0",
        },
        tmp_path,
    )
    assert settings.database_url == "postgresql://u:p%40ss@db.example/leads"
    assert settings.markets == ("in", "bd")
    assert settings.rate_per_minute == 0


def test_a_relative_sqlite_file_lies_under_the_project(tmp_path):
    settings = Settings.from_env({"LEADSITE_DATABASE_URL": "sqlite:///data/leads.db"}, tmp_path)
    assert settings.database_url == f"sqlite:///{tmp_path}/data/leads.db"


@pytest.mark.parametrize(
    ("variable", "value", "fix"),
    [
        ("LEADSITE_DATABASE_URL", "mysql://h/secret", "sqlite://, postgresql://"),
        ("LEADSITE_DATABASE_URL", "sqlite://", "sqlite:///var/leadsite.db"),
        ("LEADSITE_DATABASE_URL", "postgresql://u:p@ss:x@h:secret/d", "%XX"),
        ("LEADSITE_DATABASE_URL", "secret", "known scheme"),
        ("LEADSITE_QUEUE_URL", "amqp://secret", "redis://"),
        ("LEADSITE_SMTP_URL", "secret:25", "smtp://"),
        ("LEADSITE_SMTP_URL", "smtp://", "names no host"),
        ("LEADSITE_SECRET_KEY", "secret", "token_urlsafe"),
        ("LEADSITE_RATE_PER_MINUTE", "many", "whole number from 0 up"),
        ("LEADSITE_MAX_BODY_BYTES", "-1", "whole number from 1024 up"),
        ("LEADSITE_TRUSTED_PROXIES", "1.5", "whole number"),
        ("LEADSITE_SWEEP_SECONDS", "0", "whole number from 1 up"),
    ],
)
def test_an_error_names_the_variable_and_the_fix_and_no_secret(tmp_path, variable, value, fix):
    with pytest.raises(SettingsError) as error:
        Settings.from_env({variable: value}, tmp_path)
    assert variable in str(error.value)
    assert fix in str(error.value)
    assert "secret" not in str(error.value).replace("import secrets", "").replace("secrets.token", "")
