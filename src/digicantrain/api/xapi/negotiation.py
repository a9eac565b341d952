"""Which resource a path names, and which version of the xAPI a request speaks."""

from dataclasses import dataclass
from typing import Final

from digicantrain.api.xapi.answers import Refusal
from digicantrain.core.xapi.versions import Version, VersionError

ROOT: Final = "/xapi"
# The published profile is read by everybody, as a page is.
PROFILE: Final = f"{ROOT}/profile"
MOUNTS: Final = {"1.0.3": Version.V1, "2.0": Version.V2}
LONGEST_PATH: Final = 200


@dataclass(frozen=True)
class Route:
    """A path taken apart: `/xapi/2.0//activities/state` is the mount of 2.0 and a resource."""

    mount: str
    resource: str

    @property
    def version(self) -> Version | None:
        """The version that the address is for; None at the address of both."""
        return MOUNTS.get(self.mount)

    @property
    def address(self) -> str:
        """The path as it should be written."""
        return "/".join(part for part in (ROOT, self.mount, self.resource) if part)

    def speaks(self, header: str | None) -> Version:
        """Return the version of a request, by its header and this address."""
        try:
            return Version.of(header, mount=self.version)
        except VersionError as error:
            raise Refusal(400, str(error)) from None


def is_ours(path: str) -> bool:
    """Say whether a path leads to the record store."""
    if path == PROFILE or path.startswith(f"{PROFILE}/"):
        return False
    return path.startswith(f"{ROOT}/") or path == ROOT


def route(path: str) -> Route:
    """Take a path apart; doubled and trailing slashes are passed over, as clients send them."""
    parts = [part for part in path[: LONGEST_PATH + 1].split("/") if part][1:]
    mount = parts.pop(0) if parts and parts[0] in MOUNTS else ""
    return Route(mount, "/".join(parts))
