"""What a credential of a record provider may do: the scopes of xAPI and what each includes.

The words are those of xAPI 1.0.3, Part Three, 4.2 "OAuth Authorization Scope"; `define` is not
taken: who may write a statement may name activities in it.
"""

from collections.abc import Iterable
from enum import StrEnum


class ScopeError(ValueError):
    """A word is no scope; the sentence names those there are."""


class Scope(StrEnum):
    """One right; the lower ones are what single requests ask for."""

    WRITE = "statements/write"
    READ_MINE = "statements/read/mine"
    READ = "statements/read"
    STATE = "state"
    PROFILE = "profile"
    ALL_READ = "all/read"
    ALL = "all"
    # These two stand in no credential: `state`, `profile` and `all/read` include them.
    STATE_READ = "state/read"
    PROFILE_READ = "profile/read"


OFFERED = tuple(scope for scope in Scope if scope not in {Scope.STATE_READ, Scope.PROFILE_READ})
_ALL_READ = frozenset(
    {Scope.ALL_READ, Scope.READ, Scope.READ_MINE, Scope.STATE_READ, Scope.PROFILE_READ}
)
_INCLUDES: dict[Scope, frozenset[Scope]] = {
    Scope.READ: frozenset({Scope.READ, Scope.READ_MINE}),
    Scope.STATE: frozenset({Scope.STATE, Scope.STATE_READ}),
    Scope.PROFILE: frozenset({Scope.PROFILE, Scope.PROFILE_READ}),
    Scope.ALL_READ: _ALL_READ,
    Scope.ALL: frozenset(Scope),
}


def read(words: Iterable[str]) -> frozenset[Scope]:
    """Return the scopes that words name.

    Raises:
        ScopeError: a word is none that a credential can carry.
    """
    found = set()
    for word in words:
        if word not in OFFERED:
            raise ScopeError(
                f"{word!r} is no scope. There are: {', '.join(OFFERED)}. Choose among these."
            )
        found.add(Scope(word))
    return frozenset(found)


def included(scopes: Iterable[Scope]) -> frozenset[Scope]:
    """Return the scopes with all that they include, for example `statements/read` in `all`."""
    return frozenset[Scope]().union(*(_INCLUDES.get(scope, {scope}) for scope in scopes))


def ordered(scopes: Iterable[Scope]) -> list[Scope]:
    """Return scopes in the one order in which they are shown."""
    held = set(scopes)
    return [scope for scope in OFFERED if scope in held]
