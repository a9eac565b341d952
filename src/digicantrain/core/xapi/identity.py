"""Who an agent or a group is: its inverse functional identifier, as one text."""

from collections.abc import Mapping
from typing import Any

SINGLE = ("mbox", "mbox_sha1sum", "openid")
IDENTIFIERS = (*SINGLE, "account")


def identifier(agent: Mapping[str, Any]) -> str | None:
    """Return the identifier of an agent or group as one text; None for an anonymous group.

    Two agents are the same if and only if these texts are (xAPI 1.0.3, Data 2.4.2.3). The kind
    stands first, so a mail address and an account of the same letters differ.
    """
    account = agent.get("account")
    if account is not None:
        return account_identifier(account["homePage"], account["name"])
    for kind in SINGLE:
        if kind in agent:
            return f"{kind} {agent[kind]}"
    return None


def account_identifier(home: str, name: str) -> str:
    """Return the identifier of an account."""
    return f"account {home} {name}"


def account_agent(home: str, name: str) -> dict[str, Any]:
    """Return the agent that has an account, and says nothing else."""
    return {"objectType": "Agent", "account": {"homePage": home, "name": name}}
