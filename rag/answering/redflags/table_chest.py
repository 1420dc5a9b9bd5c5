"""Emergencies of heart, vessels and breath, and of allergy."""

from __future__ import annotations

from rag.answering.redflags.entry import (
    BREATH,
    CALL,
    CHEST,
    FAINT,
    LOW_PRESSURE,
    NHS,
    PAIN,
    SEVERE,
    SICK,
    SUDDEN,
    flag,
    named,
    way,
)  # fmt: skip

_WITH_CHEST = (
    rf"{BREATH}|{SICK}|{FAINT}|sweat\w*|diaphor\w+|clammy|grey|gray|ashen|radiat\w+|spread\w*|jaw|crush\w*|squeez\w+|elephant"
    rf"|tight band|like a band|heavy weight|chest pressure|pressure (?:\w+ )?(?:in|on|across) (?:my|the|his|her) chest"
    r"|(?:left|right|my|his|her|one|the|both|in|to|down) (?:left |right )?arms?|(?:left|both) shoulders?|sudden\w*|impending doom"
    r"|ischa?emi\w+"
)
_ONE_LEG = (
    r"(?:calf|calves|(?:one|left|right|my|his|her) (?:\w+ )?leg) (?:\w+ ){0,3}?(?:swollen|swelling|swelled|sore|tender)"
    r"|(?:swollen|swelling)(?: \w+){0,3}? (?:calf|(?:one|left|right|my|his|her|a|the) (?:\w+ )?leg)|(?:a|one) swollen leg|my leg swelled"
    r"|unilateral leg swelling|deep vein thrombosis"
)
_CLOT_RISK = (
    r"(?:operation|surgery|operated)|after (?:my |his |her |the )?(?:knee|hip|surgery|operation|birth|flight)|long flight"
    r"|contraceptive pill|on the pill|deep vein thrombosis|cancer|immobili\w+"
    r"|in a (?:plaster )?cast|post ?partum|post op|c section|gave birth|bed ?ridden"
)
_PLEURITIC = (
    rf"pleuritic|{PAIN}(?: \w+){{0,5}}? when (?:i |he |she |we )?(?:breath|inhal)\w*(?: in)?|(?:stitch|catch"
    rf"|knife)(?: \w+){{0,4}}? (?:breath|inhal)\w*|{PAIN}(?: \w+){{0,3}}? (?:on|with) (?:deep )?(?:breathing|inspiration|a breath)"
    rf"|hurts to breathe"
)
_LIMB = r"(?:leg|foot|feet|arm|hand|toes|limb|fingers)"
_PALE = r"cold|ice cold|white|pale|pallid|pallor|blue|mottled|dusky|freezing|pulseless|zero (?:palpable )?(?:pulses?|doppler)|cool"

CHEST_FLAGS = (
    flag(
        "heart attack",
        f"Chest pain with these signs can be a heart attack: {CALL}.",
        "NHS, Heart attack", NHS + "conditions/heart-attack/",
        way(CHEST, _WITH_CHEST),
        way(r"(?:having|having had|had|have had|is|be) (?:a|another) heart attack (?:now|right now|today|just now)|(?:i'm|i am|he's|he is"
            r"|she's|she is|is|think i'm|think i am) having a heart attack"),
        way(r"(?:jaw|left arm|arm|arms) (?:pain|ache\w*|hurt\w*|heav\w+|discomfort)", r"sweat\w*|diaphor\w+|clammy"),
        way(r"indigestion|epigastric (?:pain|discomfort)", r"sweat\w*|diaphor\w+|clammy", rf"arms?|jaw|{BREATH}|stents?"),
        named(r"stemi",
            r"nstemi",
            r"acute coronary syndrome",
            r"unstable angina",
            r"acute (?:\w+ )?(?:mi|myocardial infarction)",
            r"st (?:segment )?elevations?(?: in| v\d)"),
    ),
    flag(
        "pulmonary embolism",
        f"Sudden breathlessness or chest pain with these signs can be a clot in the lung: {CALL}.",
        "NHS, Pulmonary embolism", NHS + "conditions/pulmonary-embolism/",
        way(rf"{BREATH}|{_PLEURITIC}", _ONE_LEG),
        way(BREATH, _PLEURITIC, rf"{_CLOT_RISK}|{SUDDEN}|tachycardi\w+"),
        way(BREATH, SUDDEN, _CLOT_RISK),
        way(_PLEURITIC, rf"{_CLOT_RISK}|{FAINT}"),
        named(r"(?:acute|bilateral|massive|submassive|saddle|shows|with|for|has) (?:\w+ ){0,2}pulmonary embol\w+",
            r"right heart strain",
            r"s1q3t3",
            r"saddle (?:pulmonary )?embol\w+"),
    ),
    flag(
        "aortic dissection",
        f"Sudden tearing pain in chest, back or belly can be a torn or burst aorta: {CALL}.",
        "NHS, Abdominal aortic aneurysm (AAA)", NHS + "conditions/abdominal-aortic-aneurysm/",
        way(r"(?:(?:tear|ripp|rip|shear)\w*|tore|torn) (?:\w+ ){0,3}?(?:pain|chest|back|belly|stomach)|(?:pain|chest"
            r"|back)(?: \w+){0,5}? (?:tearing|ripping|ripped|shearing)",
            r"chest|back|belly|stomach|abdom\w+|shoulder blades|tearing chest"),
        way(CHEST, r"between (?:my|his|her|the) shoulder blades|(?:goes|going|through|radiat\w+|spread\w*)(?: \w+){0,4}? back",
            rf"{SUDDEN}|{SEVERE}"),
        way(r"aneurysm", rf"{PAIN}", rf"{SUDDEN}|{SEVERE}|{FAINT}|pulsat\w+"),
        way(r"pulsat\w+ (?:abdominal )?mass", rf"{PAIN}|{FAINT}|{LOW_PRESSURE}"),
        way(r"(?:bp|blood pressure|pulse) (?:differen\w+|deficit)|widened mediastinum|mediastin\w+ wid\w+", CHEST),
        named(r"(?:acute |type [ab] )?aortic dissection", r"rupture\w* (?:\w+ )?aneurysm"),
    ),
    flag(
        "acute limb ischaemia",
        f"A limb that is suddenly cold, pale and painful may have lost its blood supply: {CALL}.",
        "NICE CKS, Peripheral arterial disease: acute limb ischaemia", "https://cks.nice.org.uk/topics/peripheral-arterial-disease/",
        way(_LIMB, _PALE, rf"{SUDDEN}|turned|went",
            rf"{PAIN}|numb\w*|unable to (?:feel|move)|fails to feel|zero feeling|tingl\w+|paresthe\w+|paraesthe\w+"),
        way(_LIMB, r"pulseless|zero (?:palpable )?(?:pulses?|doppler)|absent (?:\w+ )?pulses?",
            r"cold|cool|pale|pallid|painful|numb\w*|pain|6 p's|white|mottled"),
        named(r"acute (?:lower |upper )?limb isch\w+", r"acute arterial occlusion"),
    ),
    flag(
        "severe breathlessness",
        f"Severe or sudden breathlessness is an emergency: {CALL}.",
        "NHS, Shortness of breath", NHS + "symptoms/shortness-of-breath/",
        way(r"unable to (?:breath\w*|get (?:any |enough )?air|catch (?:my|his|her) breath|get (?:my|his|her) breath)|gasping"
            r"|gulping for (?:air|breath)|fighting for (?:air|breath|every breath)|suffocating"),
        way(rf"(?:severe\w*|sudden\w*|extreme\w*|acute|very|terribl[ey]) (?:\w+ )?(?:{BREATH})|too breathless"
            rf"|(?:{BREATH})(?: \w+){{0,3}}? (?:suddenly|severe)"),
        way(BREATH, r"unable to (?:speak|talk|finish|complete|say|walk|lie)|(?:single|one) words?|fails to (?:speak|talk)|(?:blue|grey|gray"
            r"|purple) lips|lips (?:\w+ ){0,3}?(?:blue|grey|gray|purple)|cyano\w+|accessory muscle\w*|retractions?|grunting|nasal flaring"),
        way(r"(?:severe |acute )?respiratory (?:distress|failure|arrest)|accessory muscle use|(?:spo2|sats?|o2 sat\w*) ?(?:is |of |at "
            r"|: ?)?(?:[5-7]\d|8[0-5])(?! ?/)"),
        way(rf"{BREATH}|respirat\w+|wheez\w+|asthma",
            r"(?:sats?|sat|spo2|o2 sat\w*|saturation|oxygen|oxygen level) ?(?:is |of |at |: ?)?(?:[5-7]\d|8\d)(?! ?/)"),
        way(r"asthma|wheez\w+|inhaler|copd",
            r"fails to (?:work\w*|eas\w+)|inhaler (?:\w+ ){0,2}?doing nothing|silent chest|status asthmaticus",
            rf"{BREATH}|wheez\w+"),
        named(r"status asthmaticus", r"flash pulmonary o?edema", r"tension pneumothorax"),
    ),
    flag(
        "blocked airway",
        f"Noisy breathing, drooling or something stuck in the throat can close the airway: {CALL}; do not look into the throat.",
        "NHS, Epiglottitis", NHS + "conditions/epiglottitis/",
        way(r"(?:is |are |was |'s |he's |she's |i'm )?(?:chok(?:ing|es|ed)) (?:on|and)|is choking"),
        way(r"drool\w*|(?:unable|fails) to swallow (?:\w+ ){0,3}?(?:spit|saliva)|unable to swallow|spit\b|tripod\w*|muffled voice"
            r"|hot potato",
            rf"stridor\w*|{BREATH}|high pitched|noisy breathing|breath\w*|sore throat|muffled|tripod\w*"),
        way(r"swallow\w*|eating|ate|food|steak|meat|sweet|toy|stuck|wrong (?:way|pipe)|chok\w+",
            r"unable to (?:talk|speak|breath\w*|cough)",
            r"purple|blue|chok\w+|throat|wrong"),
        way(r"stridor (?:at rest|with|and)|inspiratory stridor|biphasic stridor|stridor"),
        way(r"(?:something|food|meat|a bone|fish bone|a sweet|a grape|a coin|a toy)(?: \w+){0,3}? stuck (?:\w+ ){0,3}?throat",
            rf"unable to|{BREATH}|fails to (?:speak|talk)"),
        named(r"acute epiglottitis", r"upper airway obstruction", r"threatened airway"),
    ),
    flag(
        "anaphylaxis",
        f"This can be anaphylaxis: use an adrenaline auto-injector if there is one and {CALL}.",
        "NHS, Anaphylaxis", NHS + "conditions/anaphylaxis/",
        way(r"(?:face|facial|lips?|tongue|throat|mouth|eyes|eyelids|body)(?: \w+){0,3}? (?:swell\w*|swollen)|(?:swell\w*"
            r"|swollen)(?: \w+){0,3}? (?:face|lips?|tongue|throat(?! glands)|mouth|eyes)|hives|urticaria\w*|allerg\w+|stung|sting|bee|wasp"
            r"|peanuts?|nuts?|cashews?|almonds?|walnuts?|sesame|prawns?|shrimp|shellfish|vaccine|after (?:eating|the injection|an injection"
            r"|taking)|injection|angioo?edema|itchy (?:rash )?all over|unable to get (?:any )?air|rash all over",
            rf"{BREATH}|wheez\w*|stridor|(?:throat|tongue|airway)(?: \w+){{0,4}}? (?:swell\w*|swollen(?! glands| tonsils)|clos\w+|tight\w*)"
                rf"|(?:swell\w*|swollen)(?: \w+){{0,4}}? (?:throat|tongue)"),
        way(r"hives|urticaria\w*|allerg\w+|stung|sting", rf"faint\w*|collaps\w+|pass\w* out|{LOW_PRESSURE}"),
        way(r"(?:lips?|face)(?: \w+){0,3}? (?:swell\w*|swollen)|(?:swell\w*|swollen)(?: \w+){0,2}? lips?",
            r"hives|urticaria\w*|wheez\w+|allerg\w+|stung|ate|eaten|eating"),
        way(r"(?:having|in|has|had|with|went into) (?:an )?(?:anaphyla\w+)|(?:used|gave|needed|given) (?:my|his|her|the|an)? ?epi ?pen"),
    ),
    flag(
        "coughing blood",
        f"Coughing up blood needs a doctor today; if it is more than streaks, {CALL}.",
        "NHS, Coughing up blood", NHS + "symptoms/coughing-up-blood/",
        way(r"cough\w*(?: \w+){0,4}? (?:blood\w*|clots)|ha?emoptysis|(?:bring\w*|brought|spit\w*|spat|hack\w*) (?:\w+ ){0,2}?blood"
            r"|blood(?: \w+){0,3}? (?:cough|phlegm|sputum)|bloody (?:sputum|phlegm)"),
    ),
)  # fmt: skip
