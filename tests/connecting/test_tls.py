"""Over TLS the address is pinned and the certificate still has to be the host's."""

from __future__ import annotations

import socket
import ssl
from datetime import UTC, datetime, timedelta
from http.server import ThreadingHTTPServer
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from seamline.connecting import Allowed
from seamline.connecting.client import Client
from seamline.connector import AskPerson

HOST = "erp.example"


def certificate(folder, name):
    """Write a certificate for a name, signed by itself, with its key; return its file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{name}.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def speak_tls(served, tmp_path, monkeypatch):
    """Return what lets the server speak TLS under a name, and a name mean this machine."""
    real = socket.getaddrinfo

    def here(host, *more, **named):
        return real("127.0.0.1" if host == HOST else host, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", here)
    opened = []

    def speak(name, trusted=True):
        path = certificate(tmp_path, name)
        if trusted:
            monkeypatch.setenv("SSL_CERT_FILE", str(path))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        server = ThreadingHTTPServer(("127.0.0.1", 0), served.server.RequestHandlerClass)
        server.handle_error = lambda *_: None  # the client turns away from a certificate
        server.socket = context.wrap_socket(server.socket, server_side=True)
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        opened.append(server)
        return f"https://{HOST}:{server.server_port}/"

    yield speak
    for server in opened:
        server.shutdown()
        server.server_close()


def test_a_trusted_certificate_of_the_host_is_spoken_to(served, speak_tls):
    client = Client(Allowed((HOST,), "loopback"))
    url = speak_tls(HOST)
    for _ in range(2):
        assert client.request("GET", url).status == 200
    assert served.connections == 1 and served.asked[0][2]["host"].startswith(HOST)
    client.close()


@pytest.mark.parametrize(("name", "trusted"), [(HOST, False), ("other.example", True)])
def test_no_other_certificate_is(served, speak_tls, name, trusted):
    client = Client(Allowed((HOST,), "loopback"))
    with pytest.raises(AskPerson) as raised:
        client.request("POST", speak_tls(name, trusted), body=b"secret")
    assert raised.value.problem.code == "untrusted_certificate"
    assert served.asked == []
    client.close()
