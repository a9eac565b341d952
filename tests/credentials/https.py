"""A web server on this machine that speaks TLS, and a way to reach it under a name of the internet.

Nothing leaves the machine: names are looked up in a dictionary, and each connection ends here.
"""

import contextlib
import datetime
import ipaddress
import socket
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

HOST = "issuer.example"
PUBLIC = "93.184.215.14"


def certificate(folder, *names):
    """Write a certificate for names, signed by itself, and return its file and its key's."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    now = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=3_650))
        .not_valid_after(now + datetime.timedelta(days=36_500))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName(n) for n in names]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    chain, secret = folder / "chain.pem", folder / "key.pem"
    chain.write_bytes(built.public_bytes(Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    )
    return chain, secret


class QuietServer(ThreadingHTTPServer):
    """Says nothing of clients that hang up, which is what they are to do, and waits for none."""

    daemon_threads = True

    def handle_error(self, *_):
        pass


class Site:
    """What the server answers, by path, and what it was asked."""

    def __init__(self, chain, secret):
        self.pages = {}
        self.asked = []
        self.connected = []
        self.trust = ssl.create_default_context(cafile=str(chain))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(chain, secret)
        self.server = QuietServer(("127.0.0.1", 0), self._handler())
        self.server.socket = context.wrap_socket(
            self.server.socket, server_side=True, do_handshake_on_connect=False
        )

    def _handler(site):  # noqa: N805 - the handler's own self stands inside
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 5

            def do_GET(self):
                site.asked.append((self.path, dict(self.headers)))
                page = site.pages.get(self.path)
                if page is None:
                    self.send_error(404)
                    return
                with contextlib.suppress(OSError):
                    page(self)

            def log_message(self, *_):
                pass

        return Handler

    def serve(self, path, body, *, status=200, **headers):
        """Answer a path with bytes."""

        def page(handler):
            handler.send_response(status)
            handler.send_header("Content-Length", str(len(body)))
            for name, value in headers.items():
                handler.send_header(name.replace("_", "-"), value)
            handler.end_headers()
            handler.wfile.write(body)

        self.pages[path] = page

    def connect(self, address, _port, seconds):
        """Remember where the program wanted to go, and go to the server here."""
        self.connected.append(address)
        assert ipaddress.ip_address(address).is_global
        return socket.create_connection(self.server.server_address, timeout=seconds)


@contextlib.contextmanager
def running(folder, *names):
    """Run a server for these names until the block ends."""
    site = Site(*certificate(folder, *(names or (HOST,))))
    thread = threading.Thread(target=site.server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield site
    finally:
        site.server.shutdown()
        site.server.server_close()
        thread.join()
