"""The default codebook, `THREE_P`: a reconstruction of the rules of the index."""

from __future__ import annotations

from .guidance import THREE_P_GUIDANCE
from .model import NO_YES, Codebook, Dimension, Indicator


def _indicator(name: str, levels: tuple[str, ...] = NO_YES, title: str = "") -> Indicator:
    return Indicator(name, levels, title, THREE_P_GUIDANCE[name])


def _prosecution(specific_law: int, other_laws: int, enforcement: int, penalty: int) -> int:
    law = max(specific_law, other_laws)
    if law == 0:
        return 1
    if law == 2 and enforcement == 2 and penalty == 1:
        return 5
    return min(1 + law + enforcement, 4)


def _protection(no_punishment: int, identification: int, **services: int) -> int:
    support = (sum(services.values()) + 1) // 2  # none, limited, moderate, strong
    by_gates_met = ((1, 1, 2, 3), (1, 2, 2, 3), (2, 3, 4, 5))
    return by_gates_met[no_punishment + identification][support]


def _prevention(**measures: int) -> int:
    return 1 + (sum(measures.values()) + 1) // 2


THREE_P: Codebook = Codebook(
    "3P",
    (
        Dimension(
            "prosecution",
            (
                _indicator(
                    "specific_law", ("none", "some forms", "all forms"), "law against trafficking"
                ),
                _indicator(
                    "other_laws", ("not used", "used"), "other statutes against traffickers"
                ),
                _indicator("enforcement", ("none", "limited", "full")),
                _indicator("penalty", ("lenient", "stringent")),
            ),
            _prosecution,
            (
                "no law is used against traffickers",
                (
                    "a law on some forms of trafficking, or another statute, stands but is not "
                    "enforced"
                ),
                (
                    "a law on all forms is not enforced, or a narrower one or another statute is "
                    "enforced to a limited extent"
                ),
                (
                    "a law on all forms is enforced in part, or a law is fully enforced without "
                    "both covering all forms and setting a stringent penalty"
                ),
                "a law on all forms is fully enforced, with a stringent penalty",
            ),
        ),
        Dimension(
            "protection",
            (
                _indicator(
                    "no_punishment",
                    ("punished", "not punished"),
                    "victims",
                ),
                _indicator(
                    "identification",
                    ("left to the victims", "by the authorities"),
                    "identification of victims",
                ),
                _indicator("legal_assistance"),
                _indicator("shelter"),
                _indicator("health_care"),
                _indicator("job_training"),
                _indicator("residence_permit"),
                _indicator("repatriation"),
            ),
            _protection,
            (
                (
                    "victims are punished or left to identify themselves, without support, or "
                    "both, with limited support at most"
                ),
                (
                    "victims are spared and identified but not supported, or have limited or "
                    "moderate support while one or both of these fail"
                ),
                (
                    "victims are spared and identified with limited support, or strong support "
                    "while one or both of these fail"
                ),
                (
                    "victims are neither punished nor left to identify themselves, with moderate "
                    "support"
                ),
                "victims are neither punished nor left to identify themselves, with strong support",
            ),
        ),
        Dimension(
            "prevention",
            (
                _indicator("campaigns", title="public and media campaigns"),
                _indicator("training", title="education and training"),
                _indicator("information_exchange", title="exchange of information"),
                _indicator("border_monitoring"),
                _indicator("action_plan", title="national action plan"),
                _indicator("domestic_cooperation"),
                _indicator("international_cooperation"),
            ),
            _prevention,
            (
                "none of the seven measures is taken",
                "one or two of the seven measures are taken",
                "three or four of the seven measures are taken",
                "five or six of the seven measures are taken",
                "all seven measures are taken",
            ),
        ),
    ),
    "Scale and unweighted sum: Cho, Dreher and Neumayer (2014), Determinants of Anti-Trafficking "
    "Policies: Evidence from a New Index, Scandinavian Journal of Economics 116(2), 429-454, "
    "doi:10.1111/sjoe.12055. The indicators' thresholds are a reconstruction by policyindex, not "
    "the authors' words, and so is the guidance for coders, marked [recon].",
    version="1",
    title="3P Anti-trafficking Policy Index",
    changelog=(("2026-11-23", "First version of the indicators, their levels and the rules."),),
)
"""The published index as this library reads it; its citation says which parts are documented."""
