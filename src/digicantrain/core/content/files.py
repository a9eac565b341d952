"""The shapes of all files of a programme; docs/author/files.md describes them in words."""

from digicantrain.core.content.shapes import (
    Fields,
    Kind,
    credit,
    day,
    flag,
    identifier,
    mapping,
    names,
    one_of,
    some_of,
    tables,
    text,
    whole,
    words_or_empty,
)

LEVELS = ("aware", "supported", "independent", "guides")
AUDIENCES = ("nurse", "doctor", "gp", "team", "non-clinical", "authority", "trainer")
DIFFICULTIES = ("recall", "apply", "judge")
WORKLOAD_TYPES = ("online", "live", "workplace", "assignment", "reading", "assessment")
METHODS = (
    "scenario-test", "role-play", "triage-simulation", "artefact", "structured-case", "care-plan",
    "appraisal-report", "data-case", "implementation-plan", "case", "policy-brief", "module-plan",
    "micro-teaching", "asset-audit", "moderated-grading", "evaluation-plan", "change-log",
)  # fmt: skip

PROGRAMME = Fields(
    {
        "id": identifier,
        "version": text,
        "languages": names,
        "licence": text,
        "hours_per_ects": whole,
        "modules": names,
    }
)
PROGRAMME_WORDS = Fields({"title": text, "summary": text, "notice": text})
COMPETENCES = Fields(
    {
        "levels": some_of(*LEVELS),
        "domains": tables(Fields({"code": identifier})),
        "competences": tables(Fields({"code": identifier, "domain": identifier})),
    }
)
COMPETENCES_WORDS = Fields(
    {
        "levels": mapping(text),
        "domains": mapping(text),
        "competences": mapping(Fields({"title": text, "text": text})),
        "note": text,
    }
)
PATHS = Fields(
    {
        "paths": tables(
            Fields(
                {
                    "code": identifier,
                    "modules": names,
                    "ects": credit,
                    "audiences": some_of(*AUDIENCES),
                },
                {"optional": names},
            )
        )
    }
)
PATHS_WORDS = mapping(Fields({"title": text, "summary": text}))
SOURCES = Fields(
    {
        "sources": tables(
            Fields(
                {
                    "id": identifier,
                    "authors": text,
                    "title": text,
                    "year": whole,
                    "identifier": text,
                    "kind": one_of("trial", "review", "guideline", "law", "report", "page"),
                    "read": text,
                    "supports": text,
                    "caution": words_or_empty,
                    "date_read": day,
                }
            )
        )
    }
)
FORM = Fields(
    {
        "id": identifier,
        "version": text,
        "licence": text,
        "source": text,
        "validated": flag,
        "items": tables(
            Fields(
                {"id": identifier, "kind": one_of("scale", "text", "choice")},
                {"domain": identifier, "optional": flag, "options": names},
            )
        ),
    },
    {"scale": Fields({"min": whole, "max": whole})},
)
FORM_WORDS = Fields(
    {"title": text, "intro": text, "items": mapping(text)},
    {"scale": mapping(text), "options": mapping(mapping(text))},
)
MODULE = Fields(
    {
        "code": identifier,
        "version": text,
        "status": one_of("outline", "partial", "complete"),
        "languages": names,
        "eqf": one_of(6, 7, 8),
        "eqf_basis": text,
        "ects": credit,
        "audiences": some_of(*AUDIENCES),
        "prerequisites": names,
        "review_by": day,
        "licence": text,
        "authors": text,
        "conflicts": text,
        "sources": names,
        "units": names,
        "outcomes": tables(
            Fields(
                {
                    "id": identifier,
                    "verb": text,
                    "level": one_of(*LEVELS),
                    "kind": one_of("knowledge", "skill", "attitude"),
                    "competences": names,
                }
            )
        ),
        "workload": tables(
            Fields(
                {
                    "id": identifier,
                    "type": one_of(*WORKLOAD_TYPES),
                    "minutes": whole,
                    "serves": names,
                },
                {"units": names},
            )
        ),
        "assessment": Fields(
            {
                "method": one_of(*METHODS),
                "assesses": names,
                "pass_mark": whole,
                "attempts": whole,
                "wait_hours": whole,
            },
            {
                "blueprint": tables(
                    Fields(
                        {
                            "outcome": identifier,
                            "difficulty": one_of(*DIFFICULTIES),
                            "count": whole,
                        }
                    )
                )
            },
        ),
    },
    {"credit": Fields({"kind": one_of("badge", "micro-credential"), "units": names})},
)
MODULE_WORDS = Fields(
    {
        "title": text,
        "summary": text,
        "outcomes": mapping(text),
        "workload": mapping(text),
        "assessment": Fields({"text": text}),
    },
    {
        "credit": Fields({"title": text, "reason": text}),
        "glossary": tables(Fields({"term": text, "meaning": text})),
        "workplace": Fields({"title": text, "minutes": whole, "text": text, "confirm": names}),
    },
)
UNIT = Fields(
    {
        "code": identifier,
        "status": one_of("designed", "written"),
        "outcomes": names,
        "steps": tables(
            Fields(
                {
                    "id": identifier,
                    "kind": one_of("page", "case", "quiz", "feedback"),
                    "minutes": whole,
                    "serves": names,
                },
                {
                    "reason": text,
                    "documents": names,
                    "case": identifier,
                    "assessed": flag,
                    "items": names,
                    "draw": one_of("blueprint"),
                    "form": identifier,
                    "plan": text,
                },
            )
        ),
    }
)
UNIT_WORDS = Fields(
    {"title": text, "summary": text, "steps": mapping(text)},
    {"takeaways": names, "try_this": text},
)
ITEMS = Fields(
    {
        "use": one_of("bank", "practice"),
        "items": tables(
            Fields(
                {
                    "id": identifier,
                    "kind": one_of("choice", "text"),
                    "outcome": identifier,
                    "difficulty": one_of(*DIFFICULTIES),
                },
                {"answer": identifier, "options": names, "sources": names, "document": identifier},
            )
        ),
    }
)
ITEM_WORDS = mapping(
    Fields(
        {"stem": text},
        {
            "scenario": words_or_empty,
            "mistake": words_or_empty,
            "options": mapping(text),
            "feedback": mapping(words_or_empty),
            "read": identifier,
            "hint": text,
            "example": text,
        },
    )
)
CASE = Fields(
    {
        "id": identifier,
        "start": identifier,
        "outcomes": names,
        "states": mapping(
            Fields(
                {
                    "choices": tables(
                        Fields(
                            {"id": identifier, "next": identifier, "score": one_of(0, 1, 2)},
                            {"clause": text},
                        )
                    )
                },
                {"clock": text, "scored": flag},
            )
        ),
        "endings": mapping(
            Fields(
                {"quality": one_of("good", "mixed", "poor")},
                {
                    "variants": tables(
                        Fields({"id": identifier}, {"visited": names, "unless": names})
                    )
                },
            )
        ),
        "debrief": tables(Fields({"id": identifier})),
    },
    {"document": identifier, "sources": names},
)
CASE_WORDS = Fields(
    {
        "title": text,
        "who": text,
        "states": mapping(Fields({"text": text, "choices": mapping(text)})),
        "endings": mapping(Fields({"title": text, "text": text}, {"variants": mapping(text)})),
        "debrief_intro": text,
        "debrief": mapping(Fields({"expert": text, "why": text, "elsewhere": text})),
        "reflect": names,
    }
)

SHAPES: dict[str, tuple[Kind, Kind]] = {
    "programme": (PROGRAMME, PROGRAMME_WORDS),
    "competences": (COMPETENCES, COMPETENCES_WORDS),
    "paths": (PATHS, PATHS_WORDS),
    "sources": (SOURCES, SOURCES),
    "form": (FORM, FORM_WORDS),
    "module": (MODULE, MODULE_WORDS),
    "unit": (UNIT, UNIT_WORDS),
    "items": (ITEMS, ITEM_WORDS),
    "case": (CASE, CASE_WORDS),
}
