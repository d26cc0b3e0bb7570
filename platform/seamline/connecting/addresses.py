"""Which addresses a connection may call: by host, and by the network that the host lies in."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from seamline.connector import GiveUp, Retry
from seamline.problems import Problem, shorten
from seamline.text import Text

Network = Literal["public", "private", "loopback"]
Address: TypeAlias = "ipaddress.IPv4Address | ipaddress.IPv6Address"

# Ranges that carry an address of IPv4 in them, which a gateway may turn into a private one.
_TUNNELS = tuple(ipaddress.ip_network(word) for word in ("2002::/16", "2001::/32", "64:ff9b::/32"))
_PRIVATE = tuple(
    ipaddress.ip_network(word)
    for word in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")
)

# How far a connection may go, by what the choices on its page are called.
NETWORKS: Mapping[Network, Text] = {
    "public": Text("公网", "The internet"),
    "private": Text("公网和企业内网", "The internet and the company's network"),
    "loopback": Text("仅本机(用于模拟系统)", "This machine only, for stand-ins"),
}


@dataclass(frozen=True, slots=True)
class Allowed:
    """The hosts a connection may call (`*.x` for all below x), and the network they may lie in."""

    hosts: tuple[str, ...]
    network: Network = "public"

    def host(self, host: str) -> bool:
        """Return whether a host may be called at all."""
        name = host.lower().rstrip(".")
        for known in self.hosts:
            known = known.lower()
            if known == name or (known.startswith("*.") and name.endswith(known[1:])):
                return True
        return False

    def address(self, word: str) -> bool:
        """Return whether an address lies in the network that may be reached."""
        address = _plain(word.partition("%")[0])
        if address is None or address.is_multicast or address.is_unspecified:
            return False
        if self.network == "loopback":
            return address.is_loopback
        if self.network == "private" and any(address in range_ for range_ in _PRIVATE):
            return True
        return address.is_global and not any(
            address.version == tunnel.version and address in tunnel for tunnel in _TUNNELS
        )


def _plain(word: str) -> Address | None:
    """Return an address; one of IPv4 in the clothes of IPv6 as what it is."""
    try:
        address = ipaddress.ip_address(word)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def resolved(host: str, port: int, allowed: Allowed) -> Sequence[str]:
    """Return the addresses of a host, every one of them allowed.

    Raises GiveUp where the host or one of its addresses may not be called, Retry where its name
    cannot be resolved now. What is called afterwards is one of these addresses, so that a name
    cannot come to mean another one in between.
    """
    if not allowed.host(host):
        raise GiveUp(_strange_host(host, allowed))
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        say = Text(f"主机名 {host} 现在解析不了。", f"The host {host} cannot be resolved now.")
        hint = Text("检查主机名与 DNS。", "Check the name and the DNS.")
        raise Retry(Problem("unresolved_host", say, hint=hint)) from None
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    for address in addresses:
        if not allowed.address(address):
            raise GiveUp(_strange_address(host, address, allowed.network))
    return addresses


def dialled(host: str, port: int, allowed: Allowed, timeout: float) -> socket.socket:
    """Return a TCP connection to one of the addresses of a host; raises GiveUp or Retry."""
    for address in resolved(host, port, allowed):
        try:
            return socket.create_connection((address, port), timeout)
        except OSError:
            continue
    say = Text(f"连不上 {host}:{port}。", f"{host}:{port} cannot be reached.")
    hint = Text("检查主机名、端口与网络。", "Check the host, the port and the network.")
    raise Retry(Problem("unreachable", say, hint=hint))


def _strange_host(host: str, allowed: Allowed) -> Problem:
    name = shorten(host, 80)
    words = ", ".join(allowed.hosts) or "-"
    say = Text(
        f"这个连接不能访问主机 {name}；可访问：{words}。",
        f"This connection may not call the host {name}; it may call: {words}.",
    )
    hint = Text(
        "确有必要时，在连接的 hosts 里加上它。", "If it should, add it to the connection's hosts."
    )
    return Problem("host_not_allowed", say, hint=hint, got=name)


def _strange_address(host: str, address: str, network: Network) -> Problem:
    words = NETWORKS[network]
    name = shorten(host, 80)
    say = Text(
        f"{name} 的地址 {address} 不在允许的网络({words.zh})里。",
        f"{name} has the address {address}, which is not in what it may reach: '{words.en}'.",
    )
    wider = next((one for one in NETWORKS if Allowed((), one).address(address)), None)
    if wider is None:
        return Problem("address_not_allowed", say, got=address)
    choice = NETWORKS[wider]
    hint = Text(
        f"如果确实是这个系统，在连接页面的“可访问的网络”里改选“{choice.zh}”({wider})。",
        f"If it is that system, choose '{choice.en}' ({wider}) under 'Where it may go' on the"
        " connection's page.",
    )
    return Problem("address_not_allowed", say, hint=hint, got=address)
