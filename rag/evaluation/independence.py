"""Which verifier may check answers that another one helped to make?"""

from __future__ import annotations

CHECKS = ("cross-encoder", "features")
"""medlit's own verifiers, the best check first."""


def checks_for(in_use: str) -> tuple[str, ...]:
    """Return the specs of the verifiers that are others than the one in use, best first.

    An identity such as ``features-1`` holds the name of its kind. One that holds none (rules, a
    model from a hub) may be checked by any.
    """
    return tuple(spec for spec in CHECKS if not same_kind(spec, in_use))


def same_kind(spec: str, in_use: str) -> bool:
    """Say whether an identity is of the kind that a spec names."""
    return spec in in_use.lower().replace("_", "-")
