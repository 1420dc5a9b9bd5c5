"""The patterns by which ``conversation`` tells the forms of a follow-up apart (English)."""

from __future__ import annotations

import re

from rag.conversation_words import ASPECT

LEAD = re.compile(
    r"^(?:(?:and|but|or|so|also|then|ok(?:ay)?|thanks?|thank you|right|hm+|well|please"
    r"|i mean|even|especially|only)\b[,. ]*)+",
    re.IGNORECASE,
)
ABOUT = re.compile(
    r"^(?:(?:what|how) about|(?:is it |is that )?(?:the )?same (?:thing |question )?"
    r"(?:(?=in\b|for\b|with\b)|as)"
    r"|what (?:of|if it is|if it's|if the patient (?:is|has)|if (?:i am|i'm|she is|he is|they are))"
    r"|(?:is|does|do) (?:it|that|this) (?:also )?(?:true|apply|hold|the case)(?: also| too)?"
    r"|any|are there (?:any )?|is there (?:an? |any )?|tell me about|what (?:are|is) |what's )\s*",
    re.IGNORECASE,
)
AUX = (
    r"(?:do|does|did|can|could|is|are|was|were|should|would|will|has|have|had|may|might|must"
    r"|(?:do|does|did|is|are|ca|could|should|would|was|were)n['’]t)"
)
WHY = re.compile(
    r"^(?:why(?: is (?:that|this|it)(?: so)?)?|how come|why so|how so|for what reason)$"
)
WHY_NOT = re.compile(r"^why (?:not|isn['’]?t it|doesn['’]?t it)$")
HOW = re.compile(
    r"^(?:for |at |in |by |since |after )?(?:how (?:long|often|much|many times|soon|quickly"
    r"|early|well)"
    r"|when|where|what (?:dose|dosage|age|rate)|which (?:dose|age)|how)$"
)
MORE = re.compile(
    r"^(?:(?:tell me |say |know )?(?:some )?more(?: (?:please|details?|about (?:it|this"
    r"|that)))?|go on"
    r"|details?|elaborate|explain(?: (?:it|this|that|more))?|anything else|what else)$"
)
WHEN = re.compile(
    r"^(?:in|for|during|among|with|without|after|before|at|over|under|against|compared (?:to"
    r"|with)|than"
    r"|versus|vs\.?|if|when|while|by|as|from|on|despite|instead of|combined with"
    r"|together with)\s+\S",
    re.IGNORECASE,
)
WHEN_ASKED = re.compile(rf"when {AUX}\b|as of\b", re.IGNORECASE)
ONE_NAME = re.compile(r"(?:(?!(?:an?|the)\b)\S+ ){0,2}(?!(?:an?|the)\b)\S+", re.IGNORECASE)
"""Up to three words without an article among them."""
VERSUS = re.compile(r"^(?:than|versus|vs\.?|compared to)\s+", re.IGNORECASE)
ONLY_ASPECT = re.compile(
    rf"^(?P<the>the |its |their |any |some |an? )?(?P<aspect>{ASPECT})\b(?P<rest>.*)$",
    re.IGNORECASE,
)
ITS = re.compile(rf"\b(?:its|their)\s+(?P<aspect>{ASPECT}|\w+(?: of \w+)?)\b", re.IGNORECASE)
KIND = (
    r"(?:drug|disease|treatment|therapy|condition|medicine|medication|illness|disorder|infection"
    r"|vaccine|procedure|operation|surgery|test|agent|supplement|antibiotic|virus|syndrome)s?"
)
PRONOUN = re.compile(
    rf"\b(?:it|them|they|(?:this|that|these|those|the same|the) {KIND}"
    r"(?! (?:of|for|used|given|in|to)\b)(?-i:(?! \w*[A-Z0-9]))"
    r"|(?:this|these)(?! the\b)"
    rf"|(?<=\bis )that|(?<=\bdoes )that|(?<=\bdo )those|(?<=\bof )that|(?<=\bfor )that"
    rf"|(?<=\bcan )that|(?<=\bare )those|(?<=\bcauses )that)\b(?!['’]s)",
    re.IGNORECASE,
)
EMPTY_IT = re.compile(
    r"\bit (?:(?:is|was|be) )?(?:\w+ )?(?:true|possible|known|likely|better|safe|necessary"
    r"|recommended"
    r"|good|bad|ok|important|normal|worth)\s+(?:that|to|for)\b"
    r"|\bit (?:matters?|helps?|hurts?|makes? (?:a|any) difference)"
    r" (?:whether|if|to|how|when)\b|^how is it that|\bit (?:seems"
    r"|appears)",
    re.IGNORECASE,
)
ASKING = rf"{AUX}|what|which|how|why|who|whom|when|where"
NEGATED = {"can": "can't", "will": "won't", "may": "may it be that not", "am": "am not"}
MANY = frozenset({"they", "them", "these", "those"})
OF_IT = re.compile(r"(?:of|for|to) (?:it|them|that|this|these|those)", re.IGNORECASE)
WHAT_ABOUT = re.compile(
    r"^(?:what|how) about\s+(?:the\s+)?|^what of\s+|^(?:the )?same question for\s+", re.IGNORECASE
)
OF_DRUG_KIND = re.compile(
    r"drug|treatment|therapy|medic|vaccine|procedure|operation|surgery|agent|supplement|antibiotic"
)
OF_DISEASE_KIND = re.compile(r"disease|condition|illness|disorder|infection|virus|syndrome")
WORKS = re.compile(r"\b(?:works?|helps?|effective|useful|recommended|better)\b", re.IGNORECASE)
GENERIC = re.compile(
    r"\b(?:antibiotics?|antivirals?|drugs?|medicines?|medications?|treatments?|tests?|vaccines?"
    r"|options|therapies|painkillers|foods?|supplements?|exercises?|specialists?|doctors?)\b",
    re.IGNORECASE,
)
OF_AGENT_VERB = re.compile(
    r"\b(?:take|use|used|give|given|recommended|prescribed?|help|helps|do|done|eat|drink|avoid)$",
    re.IGNORECASE,
)
ELLIPSIS = re.compile(
    rf"^(?P<aux>{AUX})\s+(?P<name>[\w'’ -]+?)(?:\s+too| as well)?$", re.IGNORECASE
)
YES_NO = re.compile(rf"^{AUX}\b", re.IGNORECASE)
WHAT_ARE = re.compile(r"^what (?P<be>is|are|was|were) (?:the )?(?P<rest>.+)$", re.IGNORECASE)
ACTS = re.compile(
    r"\s*(?:\w+ly )?(?:prevents?|causes?|treats?|cures?|helps?|reduces?|increases?|lowers?|raises?"
    r"|improves?|shortens?|relieves?|interacts?|affects?|worsens?|leads?|protects?|kills?)\b",
    re.IGNORECASE,
)
"""What a drug does, behind the pronoun that stands for it."""
PEOPLE_DO = re.compile(r"\s*(?:take|get|receive|use|eat|drink|avoid|have)\b", re.IGNORECASE)
