"""The versions of xAPI that are spoken here."""

from enum import Enum


class Version(Enum):
    """A version, by the word that answers carry."""

    V1 = "1.0.3"
    V2 = "2.0.0"
