"""The shapes of all files of a programme; docs/author/files.md describes them in words."""

from digicantrain.core.content.shapes import (
    Fields,
    Kind,
    code,
    credit,
    day,
    flag,
    identifier,
    identifier_of,
    language,
    line,
    list_of,
    mapping,
    markdown,
    markdown_or_empty,
    one_of,
    tables,
    whole,
    words,
    words_or_empty,
)
from digicantrain.core.validity import MOST_MONTHS

LEVELS = ("aware", "supported", "independent", "guides")
AUDIENCES = ("nurse", "doctor", "gp", "team", "non-clinical", "authority", "trainer")
DIFFICULTIES = ("recall", "apply", "judge")
WORKLOAD_TYPES = ("online", "live", "workplace", "assignment", "reading", "assessment")
METHODS = (
    "scenario-test", "role-play", "triage-simulation", "artefact", "structured-case", "care-plan",
    "appraisal-report", "data-case", "implementation-plan", "case", "policy-brief", "module-plan",
    "micro-teaching", "asset-audit", "moderated-grading", "evaluation-plan", "change-log",
)  # fmt: skip

PARTICIPATION = ("online", "blended", "on-site", "workplace")
SUPERVISION = ("unsupervised", "unsupervised-identified", "supervised-identified")

identifiers, codes, languages = list_of(identifier), list_of(code), list_of(language)
texts = list_of(words)
version, licence = line(20), line(60)
minutes = whole(at_least=1)

PROGRAMME = Fields(
    {
        "id": identifier_of(50),
        "version": version,
        "languages": languages,
        "licence": licence,
        "hours_per_ects": whole(at_least=25, at_most=30),
        "modules": codes,
    }
)
PROGRAMME_WORDS = Fields({"title": words, "summary": words, "notice": words})
COMPETENCES = Fields(
    {
        "levels": list_of(one_of(*LEVELS)),
        "domains": tables(Fields({"code": code})),
        "competences": tables(Fields({"code": code, "domain": code})),
    }
)
COMPETENCES_WORDS = Fields(
    {
        "levels": mapping(words),
        "domains": mapping(words),
        "competences": mapping(Fields({"title": words, "text": words}).kind),
        "note": words,
    }
)
PATHS = Fields(
    {
        "paths": tables(
            Fields(
                {
                    "code": identifier,
                    "modules": codes,
                    "ects": credit,
                    "audiences": list_of(one_of(*AUDIENCES)),
                },
                {"optional": codes},
            )
        )
    }
)
PATHS_WORDS = mapping(Fields({"title": words, "summary": words}).kind)
SOURCES = Fields(
    {
        "sources": tables(
            Fields(
                {
                    "id": identifier,
                    "authors": line(1000),
                    "title": line(1000),
                    "year": whole(at_most=2100),
                    "identifier": line(500),
                    "kind": one_of("trial", "review", "guideline", "law", "report", "page"),
                    "read": line(500),
                    "supports": line(5000),
                    "caution": words_or_empty,
                    "date_read": day,
                }
            )
        )
    }
)
FORM = Fields(
    {
        "id": identifier_of(50),
        "version": version,
        "licence": line(100),
        "source": line(200),
        "validated": flag,
        "items": tables(
            Fields(
                {"id": identifier, "kind": one_of("scale", "text", "choice")},
                {"domain": code, "optional": flag, "options": identifiers},
            )
        ),
    },
    {"scale": Fields({"min": whole(at_most=10), "max": whole(at_most=10)}).kind},
)
FORM_WORDS = Fields(
    {"title": words, "intro": words, "items": mapping(words)},
    {"scale": mapping(words), "options": mapping(mapping(words))},
)
MODULE = Fields(
    {
        "code": code,
        "version": version,
        "status": one_of("outline", "partial", "complete"),
        "languages": languages,
        "eqf": one_of(6, 7, 8),
        "eqf_basis": one_of("self-assessed", "referenced"),
        "ects": credit,
        "audiences": list_of(one_of(*AUDIENCES)),
        "prerequisites": codes,
        "review_by": day,
        "licence": licence,
        "authors": line(500),
        "conflicts": line(1000),
        "sources": identifiers,
        "units": list_of(identifier_of(30)),
        "outcomes": tables(
            Fields(
                {
                    "id": code,
                    "verb": line(60),
                    "level": one_of(*LEVELS),
                    "kind": one_of("knowledge", "skill", "attitude"),
                    "competences": codes,
                }
            )
        ),
        "workload": tables(
            Fields(
                {
                    "id": identifier,
                    "type": one_of(*WORKLOAD_TYPES),
                    "minutes": minutes,
                    "serves": codes,
                },
                {"units": list_of(identifier_of(30))},
            )
        ),
        "assessment": Fields(
            {
                "method": one_of(*METHODS),
                "assesses": codes,
                "pass_mark": whole(at_most=100),
                "attempts": whole(at_least=1, at_most=100),
                "wait_hours": whole(at_most=8760),
            },
            {
                "blueprint": tables(
                    Fields(
                        {
                            "outcome": code,
                            "difficulty": one_of(*DIFFICULTIES),
                            "count": whole(at_least=1, at_most=200),
                        }
                    )
                )
            },
        ).kind,
    },
    {
        "credit": Fields(
            {
                "kind": one_of("badge", "micro-credential"),
                "units": list_of(identifier_of(30)),
            },
            {
                "participation": one_of(*PARTICIPATION),
                "supervision": one_of(*SUPERVISION),
                "valid_months": whole(at_most=MOST_MONTHS),
                "badges": tables(Fields({"id": identifier, "units": list_of(identifier_of(30))})),
            },
        ).kind,
        "eqf_framework": line(100),
    },
)
MODULE_WORDS = Fields(
    {
        "title": words,
        "summary": words,
        "outcomes": mapping(words),
        "workload": mapping(words),
        "assessment": Fields({"text": words}).kind,
    },
    {
        "credit": Fields(
            {"title": words, "reason": words},
            {"badges": mapping(Fields({"title": words, "criteria": words}).kind)},
        ).kind,
        "glossary": tables(Fields({"term": words, "meaning": words})),
        "workplace": Fields(
            {"title": words, "minutes": minutes, "text": markdown, "confirm": texts}
        ).kind,
    },
)
UNIT = Fields(
    {
        "code": identifier_of(30),
        "status": one_of("designed", "written"),
        "outcomes": codes,
        "steps": tables(
            Fields(
                {
                    "id": identifier,
                    "kind": one_of("page", "case", "quiz", "feedback"),
                    "minutes": whole(at_least=1, at_most=600),
                    "serves": codes,
                },
                {
                    "reason": line(500),
                    "documents": identifiers,
                    "case": identifier,
                    "assessed": flag,
                    "items": identifiers,
                    "draw": one_of("blueprint"),
                    "form": identifier,
                    "plan": line(2000),
                },
            )
        ),
    }
)
UNIT_WORDS = Fields(
    {"title": words, "summary": words, "steps": mapping(words)},
    {"takeaways": texts, "try_this": words},
)
ITEMS = Fields(
    {
        "use": one_of("bank", "practice"),
        "items": tables(
            Fields(
                {
                    "id": identifier,
                    "kind": one_of("choice", "text"),
                    "outcome": code,
                    "difficulty": one_of(*DIFFICULTIES),
                },
                {"answer": code, "options": codes, "sources": identifiers, "document": identifier},
            )
        ),
    }
)
ITEM_WORDS = mapping(
    Fields(
        {"stem": words},
        {
            "scenario": markdown_or_empty,
            "mistake": words_or_empty,
            "options": mapping(words),
            "feedback": mapping(words_or_empty),
            "read": identifier,
            "hint": words,
            "example": markdown,
        },
    ).kind
)
CHOICE = Fields({"id": code, "next": code, "score": one_of(0, 1, 2)}, {"clause": line(60)})
VARIANT = Fields({"id": identifier}, {"visited": codes, "unless": codes})
CASE = Fields(
    {
        "id": identifier,
        "start": code,
        "outcomes": codes,
        "states": mapping(
            Fields(
                {"choices": tables(CHOICE)},
                {"clock": line(60), "scored": flag},
            ).kind,
            keys=code,
        ),
        "endings": mapping(
            Fields(
                {"quality": one_of("good", "mixed", "poor")},
                {"variants": tables(VARIANT)},
            ).kind,
            keys=code,
        ),
        "debrief": tables(Fields({"id": identifier})),
    },
    {"document": identifier, "sources": identifiers},
)
CASE_WORDS = Fields(
    {
        "title": words,
        "who": markdown,
        "states": mapping(
            Fields({"text": markdown, "choices": mapping(words)}, {"clock": words}).kind
        ),
        "endings": mapping(
            Fields({"title": words, "text": markdown}, {"variants": mapping(markdown)}).kind
        ),
        "debrief_intro": words,
        "debrief": mapping(Fields({"expert": words, "why": words, "elsewhere": words}).kind),
        "reflect": texts,
    }
)

SHAPES: dict[str, tuple[Kind, Kind]] = {
    "programme": (PROGRAMME.kind, PROGRAMME_WORDS.kind),
    "competences": (COMPETENCES.kind, COMPETENCES_WORDS.kind),
    "paths": (PATHS.kind, PATHS_WORDS),
    "sources": (SOURCES.kind, SOURCES.kind),
    "form": (FORM.kind, FORM_WORDS.kind),
    "instrument": (FORM.kind, FORM_WORDS.kind),
    "module": (MODULE.kind, MODULE_WORDS.kind),
    "unit": (UNIT.kind, UNIT_WORDS.kind),
    "items": (ITEMS.kind, ITEM_WORDS),
    "case": (CASE.kind, CASE_WORDS.kind),
}
