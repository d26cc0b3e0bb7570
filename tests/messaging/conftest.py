"""The two connectors to people, opened as the product opens them, against their stand-ins."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any

import pytest

from seamline import clock
from seamline.connecting import (
    Allowed,
    Seal,
    SecretReader,
    Setup,
    about,
    allowed_hosts,
    discovered,
    opened,
)
from seamline.connector import Connector, Retry, Setback
from seamline.connectors.sms_voice import standin as sms_
from seamline.connectors.wecom import standin as wecom_
from seamline.facts import Actor, Origin
from seamline.standins.standin import Running, running
from seamline.store import LocalConnection, Store, open_store
from seamline.usecases import accounts
from seamline.usecases.desk import Desk

from ..published import published

MOST_ATTEMPTS = 12

ROBOTS = "\n".join(f"{name}={key}" for name, key in wecom_.ROBOTS.items())
WECOM_SECRETS = {
    "secret": wecom_.SECRET, "callback_token": wecom_.CALLBACK_TOKEN,
    "callback_key": wecom_.CALLBACK_KEY, "robots": ROBOTS,
}  # fmt: skip
SMS_SECRETS = {
    "key_id": sms_.KEY_ID, "key_secret": sms_.KEY_SECRET, "push_token": "standin-push-word",
}  # fmt: skip


def wecom_settings(url: str) -> dict[str, Any]:
    """Return the settings of a connection to the stand-in for WeCom."""
    return {
        "corp_id": wecom_.CORP, "agent_id": wecom_.AGENT, "sign_in": True, "server": url,
        "inside_server": url, "scan_server": url, "seconds": 0.3,
    }  # fmt: skip


def sms_settings(url: str, provider: str) -> dict[str, Any]:
    """Return the settings of a connection to the stand-in for text messages and calls."""
    ids = ("SMS_480001", "TTS_270001") if provider == "aliyun" else ("1480001", "2270001")
    parameters = ["code", "due"]
    templates = [
        {"name": "due_soon", "medium": "sms", "id": ids[0], "parameters": parameters},
        {"name": "due_call", "medium": "voice", "id": ids[1], "parameters": parameters},
    ]
    return {
        "provider": provider, "sign": sms_.SIGN, "app": sms_.APP,
        "voice_app": sms_.VOICE_APP, "templates": templates, "sms_server": url,
        "voice_server": url, "seconds": 0.3,
    }  # fmt: skip


class World:
    """A stand-in and connections to it, in the stand-in's time."""

    def __init__(self, standin: Running, store: Store) -> None:
        self.standin = standin
        self._store = store
        standin.bench.clock.hold(True)
        now = standin.bench.clock.now()
        # Ten minutes past: neither a full nor a half hour.
        standin.bench.clock.advance((timedelta(minutes=70 - now.minute)).total_seconds())

    @contextmanager
    def open(
        self, name: str, settings: Mapping[str, Any], secrets: Mapping[str, str]
    ) -> Iterator[Any]:
        """Open a connection in the present moment of the stand-in."""
        kind = discovered().kinds[name]
        hosts = allowed_hosts(kind, settings, ())
        references = {one: f"env:CASE_{one.upper()}" for one in secrets}
        setup = Setup("people", settings, references, Allowed(hosts, "loopback"))
        seal = Seal(b"messages" * 4)
        environment = {f"CASE_{one.upper()}": word for one, word in secrets.items()}
        reader = SecretReader(self._store, seal, environment=environment)
        now = self.standin.bench.clock.now()
        with clock.frozen(now), opened(kind, setup, self._store, seal, reader) as connector:
            yield connector

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.standin.advance(seconds)

    def until_done(
        self, connect: Callable[[], AbstractContextManager[Connector]], act: Callable[[Any], Any]
    ) -> Any:
        """Do something as a job does: again after a Retry, for good or bad otherwise.

        Returns what came of it, or the setback a person will see.
        """
        last: Setback | None = None
        for _ in range(MOST_ATTEMPTS):
            try:
                with connect() as connector:
                    return act(connector)
            except Retry as setback:
                last = setback
                self.advance((setback.after or timedelta(seconds=30)).total_seconds() + 1)
            except Setback as setback:
                return setback
        return last


@pytest.fixture(scope="module")
def people_store() -> Iterator[Store]:
    """Return a store in which connections remember."""
    # In memory of the machine where there is such a folder: it is written to for every message.
    quick = Path("/dev/shm")  # noqa: S108
    folder = Path(mkdtemp(dir=quick if quick.is_dir() else None, prefix="seamline-people-"))
    store = open_store(f"sqlite:///{folder / 'memory.db'}")
    store.upgrade()
    yield store
    store.close()
    rmtree(folder)


def _forgotten(store: Store) -> Store:
    with store.unit() as unit:
        unit.remembered.drop("people")
    return store


@pytest.fixture(scope="module")
def _wecom() -> Iterator[Running]:
    with running(wecom_.WeComService) as found:
        yield found


@pytest.fixture(scope="module")
def _sms() -> Iterator[Running]:
    with running(sms_.SmsService) as found:
        yield found


@pytest.fixture
def wecom(_wecom: Running, people_store: Store) -> World:
    """Return WeCom with nothing said yet."""
    _wecom.reset()
    return World(_wecom, _forgotten(people_store))


@pytest.fixture
def sms(_sms: Running, people_store: Store) -> World:
    """Return the providers with nothing sent yet."""
    _sms.reset()
    return World(_sms, _forgotten(people_store))


@pytest.fixture
def to_wecom(wecom: World) -> Callable[[], AbstractContextManager[Any]]:
    """Return what opens a connection to WeCom."""
    return lambda: wecom.open("wecom", wecom_settings(wecom.standin.url), WECOM_SECRETS)


@pytest.fixture(params=["aliyun", "tencent"])
def provider(request: pytest.FixtureRequest) -> str:
    """Return one provider after the other."""
    return str(request.param)


@pytest.fixture
def to_sms(sms: World, provider: str) -> Callable[[], AbstractContextManager[Any]]:
    """Return what opens a connection to a provider."""
    settings = sms_settings(sms.standin.url, provider)
    return lambda: sms.open("sms_voice", settings, SMS_SECRETS)


@pytest.fixture
def settings_of() -> Callable[..., tuple[dict[str, Any], dict[str, str]]]:
    """Return what gives the settings and the secrets of a connection to a stand-in."""

    def found(name: str, url: str, provider: str = "") -> tuple[dict[str, Any], dict[str, str]]:
        if name == "wecom":
            return wecom_settings(url), WECOM_SECRETS
        return sms_settings(url, provider), SMS_SECRETS

    return found


PACKAGE = Path(__file__).parents[1] / "packages" / "reached"
ADMIN, CLI = Actor("operator", "operator", ("administrator",)), Origin("cli")
PASSWORD = "correct horse battery"
CREW = {"boss": "administrator", "wang": "worker", "li": "worker", "plan": "planner"}


@dataclass(frozen=True)
class Reached:
    """A workspace with people, and the systems by which they are reached."""

    desk: Desk
    wecom: Running
    sms: Running


def connected(desk: Desk, wecom: Running, sms: Running) -> None:
    """Point the connections of a workspace at the stand-ins."""
    urls = dict.fromkeys(("server", "inside_server", "scan_server"), wecom.url)
    seal = Seal(desk.settings.secret())
    secrets = {f"wecom_{one}": word for one, word in WECOM_SECRETS.items()}
    secrets |= {f"sms_{one}": word for one, word in SMS_SECRETS.items()}
    with desk.store.unit() as unit:
        unit.connections.set(LocalConnection("wecom", settings=urls, at=clock.now()))
        urls = {"sms_server": sms.url, "voice_server": sms.url}
        unit.connections.set(LocalConnection("sms", settings=urls, at=clock.now()))
        for name, word in secrets.items():
            sealed = seal.seal(word, about(name))
            unit.remembered.keep_secret(name, sealed, clock.now(), "operator")
        unit.bump_catalog()
    desk.catalogs.refresh()


@pytest.fixture(scope="module")
def reached(
    tmp_path_factory: pytest.TempPathFactory, _wecom: Running, _sms: Running
) -> Iterator[Reached]:
    """Return a workspace with a crew, WeCom, text messages and calls."""
    _wecom.reset()
    _sms.reset()
    desk = published(tmp_path_factory.mktemp("reached"), PACKAGE)
    for login, role in CREW.items():
        given = {"login": login, "name": login.title(), "roles": [role], "language": "zh"}
        accounts.create_user(desk, ADMIN, CLI, password=PASSWORD, **given)
    connected(desk, _wecom, _sms)
    yield Reached(desk, _wecom, _sms)
    desk.close()
