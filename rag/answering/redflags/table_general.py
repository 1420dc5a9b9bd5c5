"""Emergencies of infection, poison, heat, bleeding and of children."""

from __future__ import annotations

from rag.answering.redflags.entry import (
    CALL,
    CONFUSED,
    DROWSY,
    FEVER,
    LOW_PRESSURE,
    NHS,
    NICE,
    flag,
    named,
    way,
)  # fmt: skip

_INFANT = (
    r"new ?born|neonate|(?:(?<![\d.])(?:[1-9]|[1-8]\d)|one|two|three|four|five|six|seven|eight|nine|ten) days? old"
    r"|(?:(?<![\d.])(?:[1-9]|1[0-2])|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve) weeks? old|(?:(?<![\d.])[12]"
    r"|one|two) months? old"
    r"|(?:she|he|baby|one|daughter|son|girl|boy|it)(?:'s| is| was)? (?:only |just |about )?(?:[1-9]|1[0-2]|two|three|four|five|six"
    r"|seven|eight) weeks(?! (?:pregnant|ago|into|post))"
    r"|(?<![\d.])(?:[1-9]|1[0-2]) weeks (?:m|f|male|female|boy|girl|infant|baby)"
)
_CHILD = (
    r"baby|infant|toddler|child|son|daughter|boy|girl|newborn|neonate|kid|(?<!\d)[1-5] ?year old|(?:\d+|one|two|three|four|five|six"
    r"|seven|eight|nine|ten|eleven) ?months? old|months? old|(?<!\d)[1-4]yo"
)
_CHEMO = (
    r"chemo\w*|cytarabine|neutropeni\w*|anc (?:of )?[0-4]?\d{1,2}(?!\d)|docetaxel|paclitaxel|carboplatin|cisplatin|doxorubicin"
    r"|bone marrow transplant|stem cell transplant|leuk[a]?emia|r chop|folfox|folfiri|abvd"
)
_PILLS = (
    r"tablets?|pills?|tabs?|capsules?|paracetamol|acetaminophen|medicines?|medications?|sleeping \w+|antidepressants?|insulin"
    r"|ibuprofen|opioids?|oxycodone|morphine|amitriptyline|metformin|painkillers?"
)
_POISONS = (
    r"bleach|antifreeze|drain cleaner|oven cleaner|detergent|washing (?:capsule|pod|tablet)s?|dishwasher \w+|weed ?killer|pesticide"
    r"|rat poison|(?:windscreen|screen) ?wash\w*|washer fluid|coolant|perfume|vape|cleaning|cleaner|lamp oil|white spirit"
    r"|turpentine|petrol|gasoline|kerosene|methanol|nail polish remover|mushrooms?|berries|nicotine liquid|hand sanitiser"
    r"|hand sanitizer|paraquat|lithium battery"
)
_TAKEN = r"took|taken|taking|swallow\w*|ate|eaten|drank|drunk|ingest\w*|got hold of|got into"

GENERAL_FLAGS = (
    flag(
        "sepsis",
        f"These can be signs of sepsis: {CALL}.",
        "NHS, Sepsis", NHS + "conditions/sepsis/",
        way(rf"{FEVER}|infect\w+|sepsis|septic|urosepsis|shiver\w*|rigors?|the shakes|pneumonia|wound|cellulitis|uti",
            rf"{CONFUSED}|slur\w+|mottled|blotchy|(?:lips|skin|hands)(?: \w+){{0,4}}? (?:blue|grey|gray|mottled|blotchy|pale)|(?:blue|grey"
                rf"|gray|mottled) (?:lips|skin)|(?:zero|fails to (?:\w+ )?)(?:urine|urinat\w*|pee\w*|wee\w*|pass\w*)(?: urine| water)?(?! (?:gas"
                rf"|wind|stools?))|breath\w*(?: \w+){{0,3}}? (?:very |really |so )?fast|fast breathing|breathing is fast|drows\w*|obtunded"
                rf"|(?:difficult|hard) to (?:wake|rouse)|fails to wake\w*|so sleepy|{LOW_PRESSURE}|septic shock|lactate (?:of )?(?:[2-9]"
                rf"|1\d)(?:\.\d)?|(?:going to|gonna|about to) die|like i(?:'m| am) dying"),
        named(r"septic shock",
            r"(?:severe |uro|bili?ary )?sepsis (?:with|from|due|secondary|protocol|alert)",
            r"necroti[sz]ing fasciitis",
            r"toxic shock"),
    ),
    flag(
        "neutropenic fever",
        f"Fever or shivering during or soon after chemotherapy is an emergency even if one feels well: call the oncology unit's line at once, or {CALL}.",
        "NICE CG151, Neutropenic sepsis: prevention and management in people with cancer", NICE + "cg151",
        way(rf"{FEVER}|shiver\w*|rigors?|chills|(?:temp\w*|t)(?: \w+){{0,4}}? 3[89](?:\.\d)?", given=_CHEMO),
        named(r"(?:febrile neutropeni\w+|neutropenic (?:fever|sepsis))"),
    ),
    flag(
        "fever in a young infant",
        "Fever in a baby under 3 months needs a doctor now.",
        "NHS, High temperature (fever) in children", NHS + "conditions/fever-in-children/",
        way(rf"{FEVER}|(?:feels?|is|very|so) (?:\w+ )?hot|(?:thermometer|temp\w*)(?: \w+){{0,4}}? (?:38|39|40|10[1-5])(?:\.\d)?|(?:is|was|at"
            rf"|has|reads|says) (?:38|39|40)\.\d|t max(?: \w+){0,2}? (?:38|39|40)(?:\.\d)?", given=_INFANT),
    ),
    flag(
        "dehydration in a child",
        f"A dehydrated child who is drowsy, has sunken eyes or does not wet nappies needs a doctor now; if hard to wake, {CALL}.",
        "NICE CG84, Diarrhoea and vomiting caused by gastroenteritis in under 5s", NICE + "cg84",
        way(r"diarrh\w+|loose stools|watery (?:stools?|poo)|fails to feed\w*|vomit\w*|throwing up|being sick|gastroenteritis|stomach bug"
            r"|refus\w+ (?:\w+ )?(?:drink|fluids|feeds?|milk)|poor feeding|dry (?:\w+ )?mouth|dry mucous|(?:unable"
            r"|fails) to keep (?:\w+ )?down",
            rf"unable to(?: \w+){{0,2}}? (?:nappy|nappies|diapers?)|dry lips|(?:zero|fails to (?:\w+ ){{0,2}}?|fewer|less"
                rf"|dry) ?(?:wet )?(?:a )?(?:wet )?(?:nappy|nappies|diapers?|urine|uop|wet(?: a)?|pee\w*|wee\w*)(?: (?:nappy|nappies|diapers?))?"
                rf"|sunken|soft spot|fontanel\w*|(?:zero|without) tears|tearless|{DROWSY}|cap(?:illary)? refill (?:of )?(?:[3-9]|> ?[23])"
                rf"|dry mucous",
            given=_CHILD),
    ),
    flag(
        "button battery",
        f"A swallowed button battery or magnet burns within hours: go to an emergency department now; do not make the child vomit. In doubt {CALL}.",
        "National Capital Poison Center, Button battery ingestion triage and treatment guideline", "https://www.poison.org/battery/guideline",
        way(r"double (?:ring|halo) sign|coin cell in"),
        way(r"batter(?:y|ies)(?: \w+){0,6}? in (?:his|her) mouth"),
        way(r"(?:swallow\w*|ate|eaten|ingest\w*|lodged|stuck|put|choked on|(?:in|up) (?:his|her|the) (?:nose|ear|throat|esophagus"
            r"|oesophagus|stomach))(?: \w+){0,5}? (?:(?:button|coin|disc|disk|lithium|small|tiny|watch|flat|round|hearing aid) (?:cell "
            r"|lithium )?batter(?:y|ies)|batter(?:y|ies)|magnets?)"
            r"|(?:button|coin|disc|disk|lithium) (?:cell |lithium )?batter(?:y|ies)(?: \w+){0,4}? (?:swallow\w*|lodged|stuck|ingest\w*"
                r"|(?:in|up) (?:his|her|the) (?:nose|ear|throat|esophagus|oesophagus))"),
    ),
    flag(
        "poisoning",
        f"An overdose or poisoning needs help before signs appear: {CALL} or a poison centre.",
        "NHS, Poisoning", NHS + "conditions/poisoning/",
        way(r"overdos\w+|(?:been|was|is|got|were) poisoned|narcan given|naloxone given|pinpoint pupils"),
        way(rf"(?:{_TAKEN})(?: \w+){{0,6}}? (?:(?:\d{{2,}}|unknown (?:amount|quantity|number)|too many|(?:a |the )?(?:whole|entire|full|all)|loads of|lots of|handful|fistful"
            rf"|a (?:bottle|box|packet|pack))(?: \w+){{0,5}}? (?:{_PILLS})|(?:some of|all|one of) (?:\w+ ){{1,5}}?(?:{_PILLS})|(?:bottle|box"
            rf"|packet|strip|blister|pack) of (?:\w+ ){{0,2}}?(?:{_PILLS})|too (?:many|much) (?:\w+ )?(?:{_PILLS}))"),
        way(rf"(?:{_TAKEN})(?: \w+){{0,4}}? (?:{_POISONS})"),
        way(_CHILD, rf"(?:ate|eaten|swallow\w*|got into|got hold of|ingest\w*|drank|drunk)(?: \w+){{0,4}}? (?:{_PILLS})"),
        way(r"(?:tablets?|pills?|medicines?|dose|doses)(?: \w+){0,3}? (?:twice|two times|three times|double"
            r"|triple)(?: \w+){0,3}? (?:mistake|accident)|(?:double|triple) dose|[1-9]\d (?:pills|tablets|tabs) in all"),
        way(r"intentional ingestion|(?:empty|found with) (?:\w+ )?bottle of|ingestion of (?:\d{2,}|unknown)", rf"{_PILLS}|of"),
        way(r"(?:bitten|bite) (?:by )?(?:a )?(?:venomous |poisonous )?(?:snake|viper|adder|cobra)|snake ?bite"),
    ),
    flag(
        "carbon monoxide",
        f"This can be carbon monoxide: get everyone into fresh air, leave doors open and {CALL}.",
        "NHS, Carbon monoxide poisoning", NHS + "conditions/carbon-monoxide-poisoning/",
        way(r"(?:co|carbon monoxide) (?:alarm|detector|monitor)",
            r"headache\w*|dizz\w+|nause\w+|sick|faint\w*|beep\w*|went off|going off|is on|vomit\w*"),
        way(r"(?:boiler|generator|barbecue|bbq|charcoal|gas heater|stove|fireplace|furnace|exhaust|(?:car|engine|motor"
            r"|vehicle)(?: \w+){0,2}? running|wood burner|camping stove|heater)",
            r"headaches?|dizz\w+|nause\w+|feel sick|faint\w*|drowsy",
            r"we|all|everyone|family|whole (?:house|family)|both|indoors|inside|in the (?:house|tent|garage|caravan)|closed garage|garage"),
        way(r"carboxyh[a]?emoglobin|cohb", r"\d+ ?%?|elevated|high"),
        way(r"(?:have|has|got|think|with|acute|suspected|from) (?:\w+ ){0,2}?carbon monoxide (?:poisoning|exposure)"),
    ),
    flag(
        "heat stroke",
        f"Heatstroke is an emergency: {CALL}; move the person to a cool place and cool them with water.",
        "NHS, Heat exhaustion and heatstroke", NHS + "conditions/heat-exhaustion-heatstroke/",
        way(r"(?:in|during|from|of) (?:the |this |a |\d+ ?c )?(?:hot |extreme )?(?:heat|sun|sauna|hot weather|heatwave|heat wave)"
            r"|hot (?:car|weather|day)|outside|in the field|heat ?wave|marathon|heat|sauna",
            rf"{CONFUSED}|{DROWSY}|collaps\w+|pass\w* out|seizure|floppy|limp|unconscious|stopped sweating|hot and dry|dry and hot"
                rf"|(?:temp\w*|t)(?: \w+){{0,3}}? (?:40|41|42|10[4-9])(?:\.\d)?",
            rf"hot|burning|temp\w*|heat|{FEVER}"),
        way(r"(?:has|have|had|got|with|is|of|suffer\w*) (?:\w+ )?heat ?stroke", is_named=True),
        way(r"left in (?:a |the )?(?:hot |parked )?car", r"hot|floppy|limp|drows\w*|unrespons\w+"),
    ),
    flag(
        "bleeding that does not stop",
        f"Bleeding that does not stop is an emergency: press on it and {CALL}.",
        "NHS, First aid", NHS + "conditions/first-aid/",
        way(r"(?:unable to|fails to) (?:\w+ )?stop(?:ping|ped)? (?:the |my |his |her )?(?:\w+ )?(?:bleed\w*|blood)|(?:bleed\w*|blood"
            r"|nosebleed|nose bleed|wound|cut)(?: \w+){0,9}? (?:fails to|unable to) (?:be )?(?:stop\w*|controlled)"
            r"|bleeding (?:\w+ ){0,4}?fails to controlled"),
        way(r"(?:blood|bleeding)(?: \w+){0,3}? (?:spurt\w*|gush\w*|pouring|pumping|squirt\w*|soak\w*)|blood everywhere"
            r"|blood(?: \w+){0,4}? keeps coming|coming through the (?:towels?|bandage|dressing)|(?:epistaxis|nose ?bleed\w*"
            r"|bleed\w*)(?: \w+){0,5}? despite|(?:spurt\w*|gush\w*|pouring)(?: \w+){0,3}? blood|bleeding (?:heavily|profusely|a lot"
            r"|uncontroll\w+)(?: from)|arterial bleed\w*|exsanguinat\w+|soaked through|brisk bleeding"),
        way(r"(?:nose ?bleed|bleed\w*)(?: \w+){0,6}? (?:[2-9]\d|twenty|thirty|forty|half an) (?:min\w*|hour)",
            r"fails to|still|going|blood thinner\w*|hour|min\w*"),
        way(r"(?:h[a]?emorrhagic|hypovol[a]?emic) shock"),
    ),
)  # fmt: skip
