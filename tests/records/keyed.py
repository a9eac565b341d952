"""Keys of the record store for tests, and the headers that their programs send."""

from base64 import b64encode

from django.utils import timezone

from digicantrain.records import keys


def made(organisation, *scopes, name="Ward tablets", **more):
    """Return a key and its secret."""
    wanted = keys.Wanted(name, scopes or ("statements/write",), **more)
    return keys.make(organisation, wanted=wanted, by=None, now=timezone.now())


def rotated(organisation):
    """Return a key with all there is to say of one that works."""
    last_day = timezone.now().date()
    opened = made(organisation, "statements/write", "state", last_day=last_day)
    return keys.rotate(opened.key, by=None, now=timezone.now()).key


def basic(user, password):
    """Return the header of HTTP Basic."""
    return f"Basic {b64encode(f'{user}:{password}'.encode()).decode()}"


def header(opened, *, secret=""):
    """Return the header of a key's program, with its secret or another."""
    return basic(opened.key.client_id, secret or opened.secret)
