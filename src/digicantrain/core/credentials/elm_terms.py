"""The terms of the European Learning Model that our documents use, as one JSON-LD context.

A document names the Commission's own contexts, which stand in no package here. It is checked
against this table instead: a term that is not in it is refused with its path. A test holds the
table against the Commission's file, where that is present.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from digicantrain.core.credentials.linked_data import canonical

_PREFIXES: Final = MappingProxyType(
    {
        "elm": "http://data.europa.eu/snb/model/elm/",
        "cred": "https://www.w3.org/2018/credentials#",
        "adms": "http://www.w3.org/ns/adms#",
        "dc": "http://purl.org/dc/terms/",
        "foaf": "http://xmlns.com/foaf/0.1/",
        "rov": "http://www.w3.org/ns/regorg#",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
    }
)
_CLASSES: Final = (
    "elm:Accreditation elm:Address elm:AwardingProcess elm:ContactPoint elm:CreditPoint"
    " elm:DisplayDetail elm:DisplayParameter elm:EuropeanDigitalCredential elm:GradingScheme"
    " elm:Identifier elm:IndividualDisplay elm:LearningAchievement elm:LearningActivity"
    " elm:LearningActivitySpecification elm:LearningAssessment"
    " elm:LearningAssessmentSpecification elm:LearningOutcome elm:LegalIdentifier elm:Mailbox"
    " elm:MediaObject elm:Note elm:Organisation elm:Person elm:Qualification"
    " elm:ShaclValidator2017 elm:WebResource dc:Location skos:Concept skos:ConceptScheme"
    " cred:VerifiableCredential"
)
# term -> address, by the kind of value: another part, words by language, or a datatype
_PARTS: Final = (
    "elm:accreditation elm:accreditingAgent elm:additionalNote elm:address elm:assessedBy"
    " elm:attachment elm:awardedBy elm:awardingBody elm:contactPoint elm:contentEncoding"
    " elm:contentType elm:countryCode elm:creditPoint elm:creditReceived elm:credentialProfiles"
    " elm:directedBy elm:displayDetail elm:displayParameter elm:emailAddress elm:framework"
    " elm:grade elm:gradingScheme elm:hasClaim elm:idVerification elm:image"
    " elm:individualDisplay elm:influencedBy elm:learningOutcome elm:learningSetting elm:location"
    " elm:logo elm:mode elm:primaryLanguage elm:provenBy elm:relatedSkill elm:specifiedBy"
    " elm:supplementaryDocument adms:identifier dc:language dc:spatial foaf:homepage"
    " rov:registration skos:inScheme cred:credentialSchema cred:credentialSubject cred:issuer"
)
_RENAMED: Final = MappingProxyType(
    {
        "dcType": ("dc:type", "@id"),
        "eqfLevel": ("elm:EQFLevel", "@id"),
        "eIDASIdentifier": ("elm:eidasLegalIdentifier", "@id"),
        "contentURL": ("elm:contentUrl", "xsd:anyURI"),
        "dateIssued": ("dc:issued", "xsd:dateTime"),
    }
)
_WORDS: Final = "dc:title dc:description elm:noteLiteral foaf:fullName rov:legalName skos:prefLabel"
_TYPED: Final = MappingProxyType(
    {
        "xsd:string": "elm:content elm:point elm:schemeName",
        "xsd:dateTime": (
            "elm:awardingDate cred:expirationDate cred:issuanceDate cred:issued cred:validFrom"
            " cred:validUntil"
        ),
        "xsd:duration": "elm:volumeOfLearning elm:workload",
        "xsd:boolean": "elm:isPartialQualification",
        "xsd:positiveInteger": "elm:page",
    }
)


def _name(address: str) -> str:
    return address.split(":", 1)[1]


def _context() -> dict[str, Any]:
    terms: dict[str, Any] = {"id": "@id", "type": "@type", **_PREFIXES}
    terms |= {_name(address): address for address in _CLASSES.split()}
    terms |= {_name(one): {"@id": one, "@type": "@id"} for one in _PARTS.split()}
    terms |= {name: {"@id": one, "@type": kind} for name, (one, kind) in _RENAMED.items()}
    terms |= {_name(one): {"@id": one, "@container": "@language"} for one in _WORDS.split()}
    for kind, addresses in _TYPED.items():
        terms |= {_name(one): {"@id": one, "@type": kind} for one in addresses.split()}
    return {**terms, "notation": "skos:notation"}


CONTEXT: Final[Mapping[str, Any]] = MappingProxyType(_context())


def check_terms(document: Mapping[str, Any]) -> None:
    """Refuse a European Digital Credential that says something which no context defines.

    Raises:
        UndefinedTermError: it names the path.
        LinkedDataError: another reason why it is no safe JSON-LD.
    """
    canonical({**document, "@context": dict(CONTEXT)})
