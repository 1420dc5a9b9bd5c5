"""Emergencies of belly, pregnancy and glands."""

from __future__ import annotations

from rag.answering.redflags.entry import (
    BREATH,
    CALL,
    CONFUSED,
    DROWSY,
    FAINT,
    NHS,
    NICE,
    PAIN,
    PREGNANT,
    SEVERE,
    SICK,
    SUDDEN,
    flag,
    named,
    way,
)  # fmt: skip

_BELLY = r"(?:belly|tummy|stomach|abdom\w+|epigastr\w+|guts?)"
_BELLY_PAIN = rf"{_BELLY}(?: \w+){{0,3}}? {PAIN}|{PAIN}(?: \w+){{0,4}}? {_BELLY}"
_SEVERE_BELLY_PAIN = (
    rf"(?:{SEVERE}|sudden\w*)(?:,? \w+){{0,3}}? {_BELLY} (?:\w+ ){{0,1}}?{PAIN}"
    rf"|(?:{SEVERE})(?: \w+){{0,2}}? {PAIN}(?: \w+){{0,4}}? {_BELLY}|{_BELLY}(?: \w+){{0,4}}? {PAIN}(?:,? \w+){{0,5}}? (?:{SEVERE})"
    rf"|{_BELLY}(?: \w+){{0,2}}? (?:agony|excruciating)|worst {_BELLY}|worst ever(?: \w+){{0,3}}? {_BELLY}"
    rf"|{PAIN}(?: \w+){{0,5}}? {_BELLY}(?: \w+){{0,3}}? (?:{SEVERE})"
)
_PELVIC_PAIN = (
    rf"(?:pelvi\w+|{_BELLY}|lower|low down|one sided|on one side|(?:left|right) (?:lower quadrant|iliac fossa|side|sided)"
    rf"|adnexal)(?: \w+){{0,3}}? {PAIN}"
    rf"|{PAIN}(?: \w+){{0,4}}? (?:pelvi\w+|{_BELLY}|low down|one side|(?:on the |on my )(?:left|right)(?: side)?|side)|cramps?|cramping"
)
_BLEEDS = (
    r"(?<!nose )(?:bleed(?:s|ing)?|bled)|h[a]?emorrhag\w*|spotting|(?:red|bright|dark|fresh) (?:\w+ )?blood|blood (?:in|on) (?:my"
    r"|her|the) (?:\w+ )?(?:underwear|pants|knickers|toilet|pad)|gush\w* (?:of )?(?:\w+ )?blood|soak\w*(?: \w+){0,3}? blood"
    r"|passing clots|blood (?:\w+ ){0,2}?(?:i|she) wipe\w*|there(?:'s| is) (?:\w+ )?blood"
)
_EARLY = (
    r"(?:missed|late|overdue|skipped) (?:a |my |her )?period|period(?: \w+){0,2}? (?:late|overdue|missed)|lmp (?:\w+ )?\d+ weeks"
    r"|positive (?:\w+ )?pregnancy test|pregnancy test (?:\w+ ){0,2}?positive"
    r"|(?:[4-9]|1[0-2]|four|five|six|seven|eight|nine|ten) weeks(?! old)|early pregnan\w+|ectopic"
)
_DIABETIC = r"diabet\w+|t1dm|t2dm|insulin|dka|(?:blood )?sugar|glucose"
_KETONES = (
    r"ketones(?! ?[:=]?(?: (?:of|are|is|were|was))* ?(?:[0-2](?:\.\d)?(?![\d+])(?! positive)|negative|nil|trace|absent))|ketotic|breath(?: \w+){0,2}? smell\w*|(?:fruity|pear drops?|acetone|nail polish|sweet) (?:\w+ )?(?:breath|smell\w*)"
    r"|smell\w*(?: \w+){0,2}? (?:fruity|pear drops?|acetone|nail polish)|kussmaul\w*|acidosis|ph (?:of )?[67]\.[0-2]\d?"
)

BELLY_FLAGS = (
    flag(
        "acute abdomen",
        f"Severe or sudden belly pain with these signs can be a burst or blocked organ: {CALL}.",
        "NHS, Peritonitis", NHS + "conditions/peritonitis/",
        way(rf"{_BELLY}|guarding",
            r"(?:rigid\w*|board ?like|like a board|(?:hard|stiff|tight|rigid) (?:as|like) (?:a )?(?:rock|board|stone|wood)|rebound\w*"
            r"|involuntary guarding|guarding|peritonitic|peritoneal signs|free air|pneumoperitoneum)"),
        way(_SEVERE_BELLY_PAIN, rf"sudden\w*|unable to (?:stand|move|walk|straighten|lie|sit)|fails to (?:stand|move|pass\w*)(?: (?:gas|wind|stools?))?|{FAINT}"
            rf"|green|bil(?:e|ious)|blood\w*|distend\w*|distension|{SICK}|constant|curled up|doubled (?:over|up)|on the floor|sweat\w*"),
        way(rf"{_BELLY}(?: \w+){{0,2}}? (?:distend\w*|swollen|bloated)|distended", r"fails to pass\w*|obstipat\w+", rf"{SICK}|{PAIN}"),
        named(r"acute abdomen", r"perforated (?:\w+ )?(?:viscus|ulcer|appendi\w+|bowel)", r"peritonitis", r"mesenteric isch[a]?emia"),
    ),
    flag(
        "gastrointestinal bleeding",
        f"Vomiting blood, black tarry stools or much blood from the bottom is bleeding inside: {CALL}.",
        "NICE CG141, Acute upper gastrointestinal bleeding in over 16s", NICE + "cg141",
        way(r"(?:vomit\w*|throw\w* up|threw up|puk\w+|sick)(?: \w+){0,5}? (?:blood\w*|coffee grounds?)|h[a]?ematemesis"
            r"|coffee grounds?(?: \w+)?|vomit(?:ed|ing)? (?:\w+ ){0,3}?blood|bloody vomit|(?:bring\w*|brought) up(?: \w+){0,2}? (?:bucket"
            r"|lots?|cup|bowl|pint|basin)\w* of blood|blood in (?:\w+ )?vomit"),
        way(r"mel[a]?ena|mela?enic|(?:black|tarry|tar like)(?: \w+){0,3}? (?:stools?|poo|poop|faeces|feces|bowel movements?|motions?|bms?)"
            r"|(?:stools?|poo|poop|faeces|feces|motions?)(?: \w+){0,4}? (?:black|tarry|like tar)"),
        way(r"(?:lots?|a lot|large amount\w*|much|heavy|heavily|clots?|pouring|streaming|pools?|full) (?:\w+ ){0,3}?(?:blood"
            r"|bleeding)?(?: \w+){0,5}? (?:bottom|rectum|back passage|anus|toilet|stools?|poo|rectal)|(?:bowl|toilet"
            r"|pan)(?: \w+){0,3}? full of blood|blood(?: \w+){0,6}? (?:bottom|rectum|back passage|anus)(?: \w+){0,3}? clots?"),
        way(r"(?:bright red blood per rectum|h[a]?ematochezia|rectal bleeding|bleed\w* (?:from|per) (?:\w+ )?(?:bottom|rectum|anus"
            r"|back passage))",
            rf"{FAINT}|heavy|massive|days?|clots|profuse|blood thinn\w+|warfarin|cirrhosis"),
        named(r"(?:acute |upper |lower |massive )*(?:gastrointestinal|gi|variceal) (?:bleed\w*|h[a]?emorrhage)"),
    ),
    flag(
        "ketoacidosis",
        f"These can be signs of ketoacidosis: {CALL}.",
        "NHS, Diabetic ketoacidosis", NHS + "conditions/diabetic-ketoacidosis/",
        way(_KETONES, rf"{SICK}|{_BELLY_PAIN}|{BREATH}|breathing (?:\w+ )?(?:deep\w*|fast|heavily)|{CONFUSED}|{DROWSY}|high|\d\+", given=_DIABETIC),
        way(rf"{_DIABETIC}",
            r"high ketones|ketones (?:\w+ ){0,2}?(?:high|large|moderate|raised|\d\+)",
            rf"{SICK}|{_BELLY_PAIN}|{DROWSY}|{BREATH}|glucose|sugar"),
        way(r"(?:drink\w*|thirst\w*|polydipsia)",
            r"(?:pee\w*|wee\w*|urinat\w*|polyuria)",
            rf"lost weight|weight loss|losing weight|{SICK}",
            rf"{BREATH}|breathing (?:\w+ )?(?:fast|deep\w*)|{DROWSY}|{SICK}"),
        named(r"(?:diabetic )?ketoacidosis", r"dka(?! (?:has |now )?(?:resolved|protocol|risk))"),
    ),
    flag(
        "testicular torsion",
        "Sudden, severe pain in a testicle can be torsion, and hours count: go to an emergency department now.",
        "NHS, Testicle pain", NHS + "symptoms/testicle-pain/",
        way(r"testic\w+|testis|testes|scrot\w+|balls?(?! game| park| of (?:my|his|her) (?:foot|feet))|nuts|groin and testic\w+", PAIN,
            rf"{SUDDEN}|{SEVERE}|{SICK}|swollen|swelling|high riding|pulled up|higher|cremasteric|an hour"),
        way(r"testic\w+(?: \w+){0,2}? twist\w+|twist\w+ testic\w+"),
        way(r"(?:zero|absent) cremasteric|high riding testi\w+"),
        named(r"testicular torsion", r"torsion of (?:the )?(?:testi\w+|spermatic)"),
    ),
    flag(
        "ectopic pregnancy",
        f"Early pregnancy with one-sided pain, shoulder tip pain or faintness can be ectopic: {CALL} or go to an emergency department.",
        "NHS, Ectopic pregnancy", NHS + "conditions/ectopic-pregnancy/",
        way(rf"{_EARLY}", _PELVIC_PAIN, rf"one sided|(?:one|left|right) (?:side|lower quadrant|iliac fossa)|on the (?:left|right)|shoulder|{FAINT}|adnexal|ectopic"),
        way(_EARLY, r"shoulder(?: tip)?(?: \w+){0,3}? (?:pain|hurts|ache)|(?:tip|top) of (?:my|her) shoulder", rf"{PAIN}"),
        way(r"pregnancy test|ectopic", r"adnexal mass|zero iup"),
        named(r"(?:ruptured |suspected |rule out )?ectopic pregnancy"),
    ),
    flag(
        "bleeding in pregnancy",
        "Bleeding or severe pain in pregnancy needs a midwife, a maternity unit or a doctor today; if it is heavy"
        f" or you feel faint, {CALL}.",
        "NHS, Vaginal bleeding in pregnancy", NHS + "pregnancy/related-conditions/common-symptoms/vaginal-bleeding/",
        way(_BLEEDS, given=PREGNANT),
        way(rf"(?:{_BELLY_PAIN}|bump(?: \w+){{0,3}}? (?:hurts|hard|pain\w*)|cramp\w*|contractions|{PAIN}(?: \w+){{0,4}}? (?:womb|uterus)"
            rf"|(?:womb|uterus|uterine)(?: \w+){{0,2}}? {PAIN})",
            rf"{SEVERE}|constant|stabbing|fails to let|fails to stop\w*|hard as|rigid|strong", given=PREGNANT),
        named(r"placental abruption", r"placenta pr[a]?evia with bleeding"),
    ),
    flag(
        "reduced fetal movements",
        "A baby that moves less than usual in pregnancy needs a midwife or maternity unit now; do not wait until tomorrow.",
        "NHS, Your baby's movements", NHS + "pregnancy/keeping-well/your-babys-movements/",
        way(r"(?:decreas\w+|reduc\w+|less|fewer|absent|zero|lack of|diminished|no longer|slow\w*) (?:\w+ ){0,2}?(?:f(?:o)?etal|baby|baby's"
            r"|babys)? ?(?:movements?|kicks|moving|kicking|fm)", given=rf"{PREGNANT}|f(?:o)?etal|baby"),
        way(r"(?:baby|f(?:o)?etus|babys|baby's|bump|bub)(?: \w+){0,3}? (?:(?:unable|fails) to (?:\w+ )?(?:mov\w+|kick\w*)|(?:mov\w+"
            r"|kick\w*)(?: \w+){0,2}? (?:less|fewer|little)|stopped (?:mov|kick)\w+|(?:really |very |so |too |unusually )?(?:quiet|still"
            r"|inactive)(?: today| all day)?)|(?:unable|fails) to (?:feel\w*|felt)(?: \w+){0,3}? (?:baby|babys|baby's|kicks?|movements?|him"
            r"|her)(?: \w+)? ?(?:mov\w+|kick\w*)?|(?:felt|feel\w*) (?:the |my )?baby(?: \w+)? less", given=rf"{PREGNANT}|(?:[23]\d|4[0-2]) weeks(?! old)"),
    ),
    flag(
        "pre-eclampsia",
        f"These can be signs of pre-eclampsia: call your maternity unit now; after a seizure, {CALL}.",
        "NHS, Pre-eclampsia", NHS + "conditions/pre-eclampsia/",
        way(r"(?:bad|severe|splitting|terrible|pounding|awful|constant|persistent) (?:\w+ )?headaches?|headache(?: \w+){0,4}? (?:fails to"
            r"|severe|bad)|headache",
            r"(?:blur\w*|flashing|flashes|spots|scotoma\w*|double)(?: \w+){0,2}? ?(?:vision|lights?|eyes)?|visual (?:disturbance\w*"
                r"|changes?|scotoma\w*)|see(?:ing|s)? (?:\w+ )?(?:spots|stars|lights|sparkles)|sparkles|stars in front|(?:brisk reflexes|clonus"
                r"|hyperreflexia)|(?:hands|face)(?: \w+){0,4}? (?:swollen|swell\w*)|right upper quadrant|under (?:my|her) ribs|epigastr\w+", given=PREGNANT),
        way(r"(?:bp|blood pressure|pressure)(?: \w+){0,4}? ?(?:1[6-9]\d|2[0-4]\d)(?: ?/ ?| over )\d+|(?:bp"
            r"|blood pressure)(?: \w+){0,4}? ?1[45]\d(?: ?/ ?| over )(?:9|1[0-2])\d", given=PREGNANT),
        way(r"(?:hands|face|feet)(?: \w+){0,5}? (?:swollen|swell\w*|puffy|blew up|blown up|puffed up|balloon\w*)|(?:swollen"
            r"|swelling)(?: \w+){0,3}? (?:hands|face)",
            r"sudden\w*|headache|under (?:my|her) ribs|right upper quadrant|vision|lights|sparkles|spots|stars", given=PREGNANT),
        way(r"seizure|fit|convuls\w+", given=PREGNANT),
        named(r"(?:severe )?pre ?eclampsia(?! risk)", r"eclampsia", r"hellp"),
    ),
)  # fmt: skip
