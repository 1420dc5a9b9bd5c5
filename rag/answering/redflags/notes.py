"""Plain words for the shorthand of notes, and for denials that are signs themselves.

"pt c/o CP + SOB" and "my chest hurts, I can't breathe" are read by one table of signs. The result
is for finding signs alone: it is not shown, and its offsets are not the text's.
"""

from __future__ import annotations

import re

from rag.corpus.note_sections import goes_on

_SHORT = {
    "CP": "chest pain", "SSCP": "substernal chest pain", "STE": "st elevation", "DFM": "decreased fetal movement", "LE": "leg", "UE": "arm", "SOB": "shortness of breath", "DOE": "dyspnea", "HA": "headache", "LOC": "loss of consciousness",
    "AMS": "altered mental status", "SI": "suicidal ideation", "HI": "homicidal ideation", "MI": "myocardial infarction",
    "NSTEMI": "nstemi", "CVA": "acute cva", "TIA": "tia", "SAH": "subarachnoid haemorrhage", "AAA": "aortic aneurysm", "DKA": "diabetic ketoacidosis",
    "BRBPR": "bright red blood per rectum", "GIB": "gastrointestinal bleed", "UGIB": "gastrointestinal bleed", "DVT": "deep vein thrombosis",
    "LBP": "low back pain", "GTC": "generalized tonic clonic", "UPT": "pregnancy test", "hCG": "pregnancy test", "HCG": "pregnancy test", "BMs": "stools", "BM": "stool", "CXR": "chest x ray:", "bHCG": "pregnancy test", "BHCG": "pregnancy test", "bhCG": "pregnancy test",
    "LUQ": "left upper quadrant", "RUQ": "right upper quadrant", "LLQ": "left lower quadrant", "RLQ": "right lower quadrant",
    "RLE": "right leg", "LLE": "left leg", "RUE": "right arm", "LUE": "left arm", "BLE": "both legs", "UOP": "urine output", "FM": "fetal movement",
    "EtOH": "alcohol", "ETOH": "alcohol", "OCP": "contraceptive pill", "VA": "visual acuity", "SBP": "blood pressure", "AF": "atrial fibrillation",
}  # fmt: skip
_CAPITALS = re.compile(
    rf"(?<![\w*])(?:{'|'.join(sorted(_SHORT, key=len, reverse=True))})(?![\w*])(?! joint| units?\b|:| tender| angle)"
)
_METER = re.compile(r"\bBM(?=(?: of| is| was|:)? ?\d)")
"""What is a stool elsewhere."""
_PULMONARY = re.compile(r"(?<![\w*])PEs?(?![\w*:])(?! tube| class| teacher)")

_SIDED = (
    r"(?:sided|side|arm|leg|hand|foot|face|facial|hemi\w+|eye|upper|lower|testic\w+|testis|calf|body|flank|iliac|scrot\\w+|neglect"
    r"|gaze)"
)
_ORDERED: tuple[tuple[str, str], ...] = (
    # shorthand of any case; ages before "w/o" is read as "without"
    (r"(?<=\d) ?(?:y\.?/?o\.?|yrs? old)(?!\w)", " year old"),
    (r"(?<=\d) ?m/o(?!\w)|(?<=\d) ?mo(?= (?:old|[fm]|male|female|boy|girl|infant|baby)\b)", " month old"),
    (r"(?<=\d) ?(?:wk/?o|w/o|wks? old)(?!\w)", " week old"),
    (r"(?<=\d) ?d/o(?!\w)", " day old"),
    (r"(?<=\d) ?mo(?=,)", " month old"),
    (r"\bdol ?(\d+)\b", r"\1 day old"),
    (r"(?<![\d/])(1?\d|20)/52\b", r"\1 weeks"),
    (r"(?<![\d/])([4-9]|[1-3]\d|4[0-2])/40\b", r"\1 weeks pregnant"),
    (r"\b([1-4]\d)\+[0-6](?!\d)", r"\1 weeks pregnant"),
    (r"(?<=suspected )od\b|(?<=intentional )od\b|(?<=tca )od\b|(?<=opioid )od\b|(?<=drug )od\b|(?<=apap )od\b|(?<=tylenol )od\b"
        r"|(?<=heroin )od\b", "overdose"),
    (r"\bg\d+ ?(?:p\d+\w*)?,?(?= (?:\w+ ){0,3}?\d+ ?(?:w|\+\d))", "pregnant"),
    (r"(?<=\d)(?:w|w ?\d ?d| ?wks?| ?weeks?)(?![\w/])", " weeks"),
    (r"\bc/o\b", "complains of"),
    (r"\bp/w\b", "presents with"),
    (r"\bs/p\b", "status post"),
    (r"\bh/o\b|\bhx of\b|\bhist of\b", "history of"),
    (r"\bw/o\b", "without"),
    (r"\bw/ ?", "with "),
    (r"\br/o\b", "rule out"),
    (r"\bn/v(?:/d)?\b", "nausea and vomiting"),
    (r"\bpts?\b", "patient"),
    (r"(?<=c/o )sob\b|(?<=of )sob\b|(?<=, )sob\b|(?<=and )sob\b|(?<=with )sob\b|(?<=denies )sob\b|(?<=no )sob\b", "shortness of breath"),
    (r"\babd\b", "abdominal"),
    (r"\bsz\b", "seizure"),
    (r"\bod(?:'d|ed)? (?=on\b|of\b)", "overdose "),
    (r"\bb/l\b", "bilateral"),
    (r"\bbilat\b", "bilateral"),
    (r"\bpos\b", "positive"),
    (r"\bneg\b", "negative"),
    (rf"\bl(?= {_SIDED})", "left"),
    (rf"\br(?= {_SIDED})", "right"),
    (r"\(\+\)|\+(?= ?[a-z])", " positive "),
    (r"\(-\)", " no "),
    # signs that hold a denial
    (r"\bno(?:body| one)\b", "nobody"),
    (r"\b(?:do(?:es)?(?:n't| not)|no longer) (?:really )?want to (?:live|be here|be alive|exist|wake up|go on living)\w*"
        r"|\bno (?:point|reason) (?:in |to |for )?(?:\w+ )?liv\w+"
     r"|\b(?:can't|cannot) go on (?:living|like this|any ?more)|\bi (?:can't|cannot) go on\b|\b(?:better off|happier) without (?:me"
         r"|her|him)\b", "wants to die"),
    (r"\b(?:can(?:no|')?t|can not|couldn'?t|could not|(?:un|not )able|hardly|barely|scarcely)\b(?: to\b)?(?! be\b| wait\b)", "unable to"),
    (r"\b(?:won't|wont|will not|wouldn't|would not|does(?:n't| not|nt)|do(?:n't| not|nt)|did(?:n't| not)|is(?:n't| not|nt)|has(?:n't"
        r"| not|nt)|have(?:n't| not)|are(?:n't| not)|was(?:n't| not)|am not"
     r"|stopped|stops|no longer|never|refuses to|fail(?:ed|s|ing) to|not) (?:(?:been|really|fully|even|got|yet|quite|just|want to|be"
         r"|get|getting|having|had|any|a) ){0,3}"
     r"(?=(?:stop\w*|wak\w+|woke|breath(?:e|es|ing)|respond\w*|mov(?:e|es|ed|ing)|kick\w*|fad(?:e|es|ed|ing)|go(?:es)? away"
         r"|going away|blanch\w*|disappear\w*|mak(?:e|es|ing) (?:any )?sense"
     r"|know(?:s|ing)? (?:where|who|what day|me|us)|recogni\w+|com(?:e|ing) (?:a?round|to)|let(?:ting)? up|eas(?:e|ing)|pass(?:ed"
         r"|ing)? (?:\w+ )?(?:urine|water|gas|wind|stools?)|peed?|peeing|wee(?:d|ing)?|urinat\w+"
     r"|swallow\w*|wet|(?:feel(?:ing)?|felt) (?:the |my |her |his )?(?:baby|legs?|toes|feet|foot|fingers|it when|it coming)|talk\w*"
         r"|speak\w*|conscious|awake|rous\w+|arous\w+|controlled|react\w*|improving with|working))\b", "fails to "),
    (r"\bno (?=(?:urine|uop|wet|pee|wee|tears|pulse|palpable|doppler|f(?:o)?etal mov|baby mov|cremasteric|iup|response|signs of life"
        r"|heartbeat|feeling (?:in|between|down)|sensation (?:in|between)|control (?:of|over)))", "zero "),
    (r"\bwithout (?=(?:tears|a pulse|pulse))", "zero "),
    (r"\bhas hurt (?:him|her)self|\bhurt (?:my|him|her)self (?:again|on purpose|deliberately)", "self harm"),
    (r"\b(know|sure|tell|wonder(?:ing)?|see|ask(?:ed|ing)?) if\b", r"\1 whether"),
    # what only looks like a denial, a history or a family
    (r"\b(?:not|n't) (?:only|sure|certain|just|better|getting better|well|right|normal|himself|herself|myself|good|helped|helping"
        r"|relieved|improv\w+|resolv\w+|eating|sleeping|feeding|clear|tolerat\w+)\b", " "),
    (r"\b(?:is|was|do|does|did|has|have)n't (?:only|sure|better|get(?:ting)? better|well|right|help\w*|relieved|improv\w+|eat\w*"
        r"|sleep\w*|feed\w*|know (?:what|if|why|how)|understand)\b", " "),
    (r"\b(?:do|does|did) not (?:know|understand|help\w*|improve)\b|\bno (?:doubt|idea|relief|better|improvement|change|response to"
        r"|matter|warning|appetite|sleep|help|longer)\b|\bwithout (?:warning|relief|any warning)\b", " "),
    (r"\bnever (?:had|felt|known|experienced) (?:such|anything|a (?:\w+ )?\w+ like (?:this|it)|\w+ like (?:this|it)|this"
        r"|one like(?: this| it)?)", " worst ever "),
    (r"\b(?:\d+|an?|one|two|three|few|several)[ -](?:hour|day|week|month|min\w*|hr|wk)s?['’]? (?:history|hx) (?:of)?", "for a time "),
    (r"\bhistory of (?:the )?present(?:ing)? (?:illness|complaint)", " "),
)  # fmt: skip
_COMPILED = tuple((re.compile(pattern), to) for pattern, to in _ORDERED)


def _in_one_line(text: str) -> str:
    """Return a text in which a line that ends on purpose ends a sentence."""
    out, before = "", ""
    for line in text.splitlines():
        out += (" " if goes_on(before, line.strip()) else "; ") + line if before else line
        before = line.rstrip()
    return out


def plain(text: str) -> str:
    """Return the words of a text as signs are looked for: lower case, shorthand written out."""
    text = " ".join(_in_one_line(text).replace("’", "'").replace("‘", "'").split())
    text = re.sub(r"(?<!\w)\?(?=\w)", "possible ", text)
    text = _METER.sub("capillary glucose", text)
    text = _CAPITALS.sub(lambda m: _SHORT[m[0]], text)
    text = _PULMONARY.sub("pulmonary embolism", text)
    text = re.sub(r"(?<=[^\W\d_])[-–](?=[^\W\d_])|(?<=\d)[-–](?=[a-z])", " ", text.lower())
    for pattern, to in _COMPILED:
        text = pattern.sub(to, text)
    return " ".join(re.sub(r"(?<=[^\W\d_])/(?=[^\W\d_])", ", ", text).split())
