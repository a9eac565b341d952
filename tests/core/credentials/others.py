"""Issuers elsewhere: with keys of each kind, under did:key, did:jwk and did:web."""

import base64
import json

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from digicantrain.core.credentials import contexts, integrity, jws
from digicantrain.core.credentials.contexts import OPEN_BADGES_3, VC_2
from digicantrain.core.credentials.public_keys import encode, to_multibase
from digicantrain.core.credentials.verification import (
    Rules,
    WantDocument,
    WantKeys,
    WantNewest,
    answered,
    judge_under,
)
from tests.core.credentials.conftest import NOW

# an RSA key of this test alone: made once, for making one takes a second
RSA = rsa.RSAPrivateNumbers
WEB = "did:web:issuer.example:badges"
WEB_DOCUMENT = "https://issuer.example/badges/did.json"
LIST = "https://issuer.example/status/1"


class Key:
    """A private key that signs as JOSE wants it, and as a Data Integrity suite does."""

    def __init__(self, private, algorithm):
        self.private = private
        self.algorithm = algorithm
        self.multibase = to_multibase(private.public_key())
        self.did = f"did:key:{self.multibase}"
        self.verification_method = f"{self.did}#{self.multibase}"

    def named(self, did, fragment="key-1"):
        self.did, self.verification_method = did, f"{did}#{fragment}"
        return self

    def sign(self, data):
        if isinstance(self.private, Ed25519PrivateKey):
            return self.private.sign(data)
        if isinstance(self.private, rsa.RSAPrivateKey):
            return self.private.sign(data, padding.PKCS1v15(), hashes.SHA256())
        size = (self.private.curve.key_size + 7) // 8
        digest = {256: hashes.SHA256(), 384: hashes.SHA384(), 521: hashes.SHA512()}
        made = self.private.sign(data, ec.ECDSA(digest[self.private.curve.key_size]))
        return b"".join(n.to_bytes(size, "big") for n in decode_dss_signature(made))

    @property
    def jwk(self):
        public = self.private.public_key()
        if isinstance(self.private, Ed25519PrivateKey):
            return {"kty": "OKP", "crv": "Ed25519", "x": encode(public.public_bytes_raw())}
        numbers = public.public_numbers()
        if isinstance(self.private, rsa.RSAPrivateKey):
            return {"kty": "RSA", "n": _uint(numbers.n), "e": _uint(numbers.e)}
        size = (self.private.curve.key_size + 7) // 8
        curve = {256: "P-256", 384: "P-384", 521: "P-521"}[self.private.curve.key_size]
        x, y = (encode(n.to_bytes(size, "big")) for n in (numbers.x, numbers.y))
        return {"kty": "EC", "crv": curve, "x": x, "y": y}


def _uint(number):
    return encode(number.to_bytes((number.bit_length() + 7) // 8, "big"))


def key(kind="EdDSA", seed=7):
    """Return a key of a kind, the same in every run (RSA apart)."""
    if kind == "EdDSA":
        return Key(Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32), kind)
    if kind == "RS256":
        return Key(rsa.generate_private_key(65_537, 2_048), kind)
    curve = {"ES256": ec.SECP256R1(), "ES384": ec.SECP384R1(), "ES512": ec.SECP521R1()}[kind]
    return Key(ec.derive_private_key(seed * 1_000_003, curve), kind)


def badge(key, **changes):
    """Return an Open Badge of another issuer, not signed."""
    return {
        "@context": [VC_2, OPEN_BADGES_3],
        "id": "urn:uuid:77777777-7777-4777-8777-777777777777",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": "Wound care",
        "issuer": {"id": key.did, "type": ["Profile"], "name": "Elsewhere College"},
        "validFrom": "2026-01-01T00:00:00Z",
        "credentialSubject": {
            "id": "did:example:holder",
            "type": ["AchievementSubject"],
            "achievement": {
                "id": "urn:uuid:88888888-8888-4888-8888-888888888888",
                "type": ["Achievement"],
                "name": "Wound care",
                "description": "Dressing wounds",
                "criteria": {"narrative": "Watched by a nurse."},
            },
        },
        **changes,
    }


def proved(document, key, **options):
    """Return a document with a proof of the suite of its key."""
    suite = integrity.EDDSA if key.algorithm == "EdDSA" else integrity.ECDSA
    said = {
        "type": "DataIntegrityProof",
        "cryptosuite": suite,
        "created": "2026-01-01T00:00:00Z",
        "verificationMethod": key.verification_method,
        "proofPurpose": "assertionMethod",
        **options,
    }
    from openvc.multibase import encode_multibase

    _name, digest = integrity._BY_SIZE.get(
        getattr(key.private, "key_size", 0) or 0, ("", __import__("hashlib").sha256)
    )
    data = integrity._hashed(document, said, digest=digest, load=contexts.load)
    return {**document, "proof": {**said, "proofValue": encode_multibase(key.sign(data))}}


def as_jwt(payload, key, **header):
    """Return a payload as a JWT; a header of None is left out."""
    said = {"alg": key.algorithm, "typ": "JWT", "kid": key.verification_method, **header}
    text = jws.signing_input({k: v for k, v in said.items() if v is not None}, payload)
    return f"{text}.{encode(key.sign(text.encode()))}"


def badge_jwt(key, **changes):
    """Return a badge as Open Badges 3.0 writes it into a JWT (section 8.2.4)."""
    document = badge(key, **changes)
    claims = {
        "iss": key.did,
        "jti": document["id"],
        "sub": document["credentialSubject"]["id"],
        "nbf": 1_767_225_600,
    }
    return as_jwt({**document, **claims}, key)


def did_document(key, **changes):
    """Return the document of a did:web that names a key."""
    method = {
        "id": key.verification_method,
        "type": "JsonWebKey",
        "controller": key.did,
        "publicKeyJwk": key.jwk,
    }
    return {
        "@context": ["https://www.w3.org/ns/did/v1"],
        "id": key.did,
        "verificationMethod": [method],
        "assertionMethod": [key.verification_method],
        **changes,
    }


def unpadded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Web:
    """The documents that stand at addresses; what was asked for is remembered."""

    def __init__(self, pages=(), **rules):
        self.pages = dict(pages)
        self.rules = {"now": NOW, **rules}
        self.asked = []
        self.newest = {}

    def answer(self, want):
        self.asked.append(want)
        if isinstance(want, WantKeys):
            return None
        if isinstance(want, WantNewest):
            seen = self.newest.setdefault((want.issuer, want.url), want.made_at)
            self.newest[want.issuer, want.url] = max(seen, want.made_at)
            return want.made_at >= seen
        page = self.pages.get(want.url)
        return json.dumps(page) if isinstance(page, dict) else page

    def judge(self, what):
        if isinstance(what, dict):
            what = json.dumps(what)
        return answered(judge_under(what, Rules(**self.rules)), self.answer)

    @property
    def opened(self):
        return [want.url for want in self.asked if isinstance(want, WantDocument)]
