"""What a check of a credential asks for, is told, and says in the end."""

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import Any, Final, Protocol

from digicantrain.core.credentials import contexts
from digicantrain.core.credentials.integrity import holds
from digicantrain.core.credentials.keys import PublicKey


class Verdict(Enum):
    """The answer to "is this credential valid?"."""

    VALID = "valid"
    GENUINE = "genuine-of-another-issuer"
    EXPIRED = "expired"
    NOT_YET_VALID = "not-yet-valid"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"
    ALTERED = "altered"
    NOT_OURS = "not-ours"
    UNREADABLE = "unreadable"
    NOT_CHECKED = "not-checked"


class Cause(Enum):
    """Why a credential is not valid."""

    NOT_JSON = "it is not JSON, or a part is missing"
    NO_CREDENTIAL = "this file carries no credential"
    TOO_LARGE = "it is too large or nested too deeply"
    NOT_A_CREDENTIAL = "it is not a verifiable credential"
    EUROPEAN = "it is a European Digital Credential, which other programs check"
    MALFORMED = "it breaks a rule of the data model"
    OTHER_ISSUER = "it is genuine, and its issuer is not known here"
    UNKNOWN_ISSUER = "its issuer is not known here"
    NO_KEYS = "its issuer's keys cannot be had"
    NO_PROOF = "it is not signed"
    SEVERAL_PROOFS = "it carries more than one signature"
    OTHER_PROOF = "its signature is of another kind"
    OTHER_KEY = "it is signed with a key that is not the issuer's"
    RETIRED_KEY = "it is signed with a key after that was retired"
    UNKNOWN_CONTEXT = "it uses a vocabulary that is not known here"
    UNSIGNED_PART = "a part of it is not covered by the signature"
    SIGNATURE = "its content is not what was signed"
    NO_DATE = "its dates cannot be read"
    STATUS = "its status list cannot be relied on"
    WITHDRAWN = "it was withdrawn"
    SUSPENDED = "it is suspended for now"
    REPLACED = "another one was issued in its place"
    NOT_YET = "it begins later"
    EXPIRED = "its time is over"
    EMBEDDED = "a credential inside it does not stand"
    TOO_MUCH = "it asks for too much work"
    PRESENTATION = "it was made for somebody else, or for another moment"


# --- what is asked for ---


@dataclass(frozen=True)
class WantKeys:
    """Asks for the public keys of an issuer of ours; none means that it is another's."""

    issuer: str


@dataclass(frozen=True)
class WantDocument:
    """Asks for the text of another issuer's DID document; none means that it cannot be had."""

    url: str


@dataclass(frozen=True)
class WantStatusList:
    """Asks for the text of a status list; none means that it cannot be had.

    Who keeps the list's own records says what stands at `index` instead, as a Standing: of an
    issuer of ours no list is ever fetched.
    """

    url: str
    index: int
    issuer: str = ""
    is_ours: bool = False


@dataclass(frozen=True)
class WantNewest:
    """Asks whether a list from this moment is at least as new as any seen under its address."""

    url: str
    issuer: str
    made_at: datetime


@dataclass(frozen=True)
class IssuerKeys:
    """The answer to WantKeys; keys that somebody else is trusted for are not ours."""

    keys: tuple[PublicKey, ...]
    is_ours: bool = True


@dataclass(frozen=True)
class Standing:
    """The answer to WantStatusList from the issuer's own records, which need no signature."""

    withdrawn: bool
    suspended: bool = False
    replaced: bool = False


Want = WantKeys | WantDocument | WantStatusList | WantNewest
Answer = IssuerKeys | Standing | str | bytes | bool | None


# --- what is said in the end ---


@dataclass(frozen=True)
class Report:
    """The verdict with its cause, and the document where it could be read."""

    verdict: Verdict
    cause: Cause | None = None
    document: Mapping[str, Any] | None = None
    detail: str = ""
    is_ours: bool = False
    inner: tuple["Report", ...] = ()
    # what others say of it, its achievement or its issuer; the verdict does not rest on them
    endorsements: tuple["Endorsed", ...] = ()

    @property
    def is_valid(self) -> bool:
        """Whether the credential stands, and an issuer of this platform says so."""
        return self.verdict is Verdict.VALID

    @property
    def stands(self) -> bool:
        """Whether it is genuine and in force, whoever issued it."""
        return self.verdict in {Verdict.VALID, Verdict.GENUINE}

    @property
    def is_authentic(self) -> bool:
        """Whether the issuer said this, be it still in force or not."""
        return self.verdict in _AUTHENTIC and self.cause not in _UNPROVED


class Doubt(Enum):
    """Why an endorsement says nothing for the credential in which it stands."""

    NOT_ONE = "it is no endorsement"
    OF_ANOTHER = "it speaks of something else"
    OWN = "the issuer says it of itself"
    TOO_MANY = "there are too many to look at"


@dataclass(frozen=True)
class Endorsed:
    """An endorsement inside a credential, with a verdict of its own."""

    place: str
    report: Report
    doubt: Doubt | None = None

    @property
    def stands(self) -> bool:
        """Whether somebody else said this of the very thing, and still says so."""
        return self.report.stands and self.doubt is None


_AUTHENTIC: Final = frozenset(
    {
        Verdict.VALID,
        Verdict.GENUINE,
        Verdict.EXPIRED,
        Verdict.NOT_YET_VALID,
        Verdict.SUSPENDED,
        Verdict.WITHDRAWN,
        Verdict.REPLACED,
        Verdict.NOT_CHECKED,
    }
)
# not checked, and the signature least of all
_UNPROVED: Final = frozenset(
    {Cause.NO_KEYS, Cause.OTHER_PROOF, Cause.UNKNOWN_CONTEXT, Cause.TOO_MUCH, Cause.EMBEDDED}
)


class Refused(Exception):  # noqa: N818 - it ends the checks; it is no error of the program
    """Ends a check with its verdict."""

    def __init__(self, verdict: Verdict, cause: Cause, detail: str = "") -> None:
        super().__init__(detail or cause.value)
        self.verdict = verdict
        self.cause = cause
        self.detail = detail

    def report(self, document: Mapping[str, Any] | None) -> Report:
        """Return the report that this refusal is."""
        return Report(self.verdict, self.cause, document, self.detail)


Judging = Generator[Want, Answer, Report]


class Holds(Protocol):
    """Says of a document, its proof and a key whether the signature holds, as proof.holds does."""

    def __call__(
        self, document: dict[str, Any], *, proof: dict[str, Any], key: PublicKey, load: Any
    ) -> bool:
        """Return whether it holds."""


@dataclass(frozen=True)
class Rules:
    """How a check is done.

    The public page takes one signature, by the issuer, under contexts pinned by hash. Machines
    that check what others make may widen that; nothing is ever fetched for it.
    """

    now: datetime
    holds: Holds = holds
    # W3C's contexts for examples beside the pinned ones
    examples: bool = False
    # contexts written inside a document, which can give its words other meanings
    inline_contexts: bool = False
    # several signatures, all of which must hold, and chains of them
    several_proofs: bool = False
    with_status: bool = True
    # how many credentials inside one another are looked at
    depth: int = 2

    @property
    def load(self) -> Callable[..., dict[str, Any]]:
        """The loader of contexts; what it does not know is refused."""
        return contexts.load_or_example if self.examples else contexts.load

    @property
    def known_contexts(self) -> frozenset[str]:
        """The addresses of the contexts that a document may name."""
        return frozenset({*contexts.PINS, *(contexts.EXAMPLES if self.examples else ())})

    def deeper(self) -> "Rules":
        """Return the rules for a credential inside the one that is judged."""
        return replace(self, depth=self.depth - 1)


def answered(judging: Judging, answer: Callable[[Want], Answer]) -> Report:
    """Run a judging to its end with a function that answers."""
    try:
        want = next(judging)
        while True:
            want = judging.send(answer(want))
    except StopIteration as end:
        report: Report = end.value
        return report
