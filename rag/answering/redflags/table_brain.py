"""Emergencies of brain, mind, spine and eye."""

from __future__ import annotations

from rag.answering.redflags.entry import (
    CALL,
    CONFUSED,
    DROWSY,
    FEVER,
    NHS,
    NICE,
    PAIN,
    SEVERE,
    SICK,
    SUDDEN,
    flag,
    named,
    way,
)  # fmt: skip

_SIDE = r"(?:one|left|right|half)"
_WEAK = r"(?:weak\w*|numb\w*|paraly\w+|dead|limp|heavy|drooping|tingl\w+|slack|plegia|paresis)"
_HEADACHE = r"(?:headaches?|head ?ache|head pain|pain in (?:my|his|her|the) head|head (?:hurts|is hurting|is pounding|is splitting))"
_BLOOD_THINNER = (
    r"warfarin|coumadin|apixaban|eliquis|rivaroxaban|xarelto|dabigatran|pradaxa|edoxaban|blood thinners?|blood thinning|anticoag\w+"
    r"|heparin|enoxaparin|clopidogrel|plavix"
)
_HIT_HEAD = (
    r"(?:hit|hits|bang\w*|bump\w*|knock\w*|struck|cracked|smack\w*|hurt|injur\w+)(?: \w+){0,2}? (?:head|skull)|(?:blow|knock|bang"
    r"|kick) (?:to|on) (?:the |his |her |my )?head"
    r"|head (?:injur\w+|trauma|strike|wound)|fell (?:\w+ ){0,3}?on (?:his|her|my|the) head|(?:kick\w*|hit|struck"
    r"|punch\w*)(?: \w+){0,5}? (?:in|on|to) (?:the|his|her|my) (?:head|temple|skull)|landed on (?:his|her|my) head|skull fracture"
)

BRAIN_FLAGS = (
    flag(
        "stroke",
        f"These can be signs of a stroke: {CALL}, even if they pass.",
        "NHS, Stroke (FAST)", NHS + "conditions/stroke/",
        way(r"(?:face|facial|mouth|smile)(?: \w+){0,4}? (?:droop\w*|dropp\w+|hang\w*|sagg\w+|slack|weak\w*|numb\w*|palsy|fallen|lopsided"
            r"|crooked|uneven|twisted)|(?:droop\w*|lopsided|crooked)(?: \w+){0,2}? (?:face|mouth|smile)|facial droop"),
        way(r"slur\w+|dysarthri\w+|speech (?:\w+ ){0,2}?(?:slurred|gone|garbled|jumbled|difficult\w*|problems?)|garbled (?:speech|words)"
            r"|(?:talking|speaking|talks|speaks|speech is) (?:gibberish|funny|funnily|strangely|weird\w*|nonsense)"
            r"|words (?:\w+ ){0,4}?(?:wrong|jumbled|mixed up|muddled|make zero sense)|aphasi\w+|dysphasi\w+",
            rf"{SUDDEN}|weak\w*|numb\w*|droop\w*|face|facial|arm|{_HEADACHE}|confus\w+|is|has|hemi\w+|year old"),
        way(rf"{_SIDE} ?(?:hand )?sided? (?:\w+ ){{0,3}}?{_WEAK}|{_WEAK}(?: \w+){{0,4}}? (?:down |on |of )?(?:the |my |his |her )?(?:{_SIDE}"
            rf"|the) (?:sides?|half)(?: of (?:my|his|her|the) (?:body|face))?|{_SIDE} (?:side|half)(?: of (?:my|his|her|the) (?:body"
            rf"|face))?(?: \w+){{0,6}}? {_WEAK}|hemipar\w+|hemipleg\w+|hemi ?neglect|(?:left|right|arm|pronator) (?:arm )?drift|(?:left"
            rf"|right) neglect|code stroke|gaze (?:deviation|preference)"),
        way(rf"(?:left|right|one|my|his|her) (?:left |right )?(?:arm|leg|hand|side)(?: \w+){{0,4}}? {_WEAK}|{_WEAK}(?: \w+){{0,3}}? (?:arm"
            rf"|leg|hand|side)",
            rf"{SUDDEN}|face|speech|words|droop\w*|slur\w+|vision"),
        way(r"(?:lost|loss of) (?:my |his |her )?(?:speech|words)|unable to (?:speak|talk|get (?:my|his|her) words(?: out)?|find (?:my|his"
            r"|her) words)", SUDDEN),
        way(r"unable to (?:lift|raise|move|grip|hold)(?: \w+){0,2}? (?:my|his|her|one|either|the) (?:\w+ )?(?:arm|leg|side)",
            rf"{SUDDEN}|face|mouth|speech|slur\w+|droop\w*"),
        way(rf"{SUDDEN}",
            r"double vision|unable to walk straight|loss of (?:balance|coordination)|ataxi\w+",
            r"vertigo|dizz\w+|headache|speech|vision|slur\w+|numb\w*"),
        way(r"(?:i'm|i am|he's|he is|she's|she is|think i'm|is) having (?:a|another) (?:mini )?stroke"),
        named(r"acute (?:isch\w+ |ha?emorrhagic )?(?:stroke|cva)",
            r"large vessel occlusion",
            r"nihss(?: of| score)? \d+",
            r"intracerebral (?:bleed|ha?emorrhage)"),
    ),
    flag(
        "sudden severe headache",
        f"A sudden, severe headache can be bleeding in the brain: {CALL}.",
        "NHS, Subarachnoid haemorrhage", NHS + "conditions/subarachnoid-haemorrhage/",
        way(rf"thunder ?clap|explosive {_HEADACHE}|worst {_HEADACHE}|{_HEADACHE}(?: \w+){{0,4}}? (?:worst|ever)|(?:worst"
            rf"|most (?:\w+ )?) ?(?:pain in my head|{_HEADACHE})|worst(?: \w+){{0,3}}? (?:of (?:my|his|her) life)(?: \w+){{0,2}}? headache"),
        way(rf"{_HEADACHE}",
            r"(?:sudden\w*|abrupt\w*|explosive\w*|out of (?:nowhere|the blue)|in (?:seconds|an instant)|within (?:seconds|1 min\w*"
            r"|a minute)|peaked|hit me)",
            rf"{SEVERE}|explosive\w*|most"),
        way(rf"(?:sudden\w*|abrupt\w*)(?: \w+){{0,4}}? {_HEADACHE}|{_HEADACHE}(?: \w+){{0,4}}? sudden\w*"
            rf"|acute onset (?:\w+ ){{0,2}}?{_HEADACHE}"),
        way(r"(?:hit|kicked|struck|smacked|whacked) (?:\w+ ){0,5}?head with|like being hit",
            rf"{SUDDEN}|worst|{_HEADACHE}|pain in my head"),
        way(r"head (?:\w+ ){0,2}?explod\w+"),
        way(_HEADACHE, r"like a switch", rf"{SEVERE}"),
        way(_HEADACHE, r"worst (?:of|in) (?:my |his |her )?life|worst ever"),
        named(r"subarachnoid h[a]?emorrhage", r"subarachnoid bleed"),
    ),
    flag(
        "meningitis",
        f"These can be signs of meningitis: {CALL}.",
        "NHS, Meningitis", NHS + "conditions/meningitis/",
        way(rf"{FEVER}|{_HEADACHE}|{SICK}|rash|{DROWSY}",
            r"stiff\w* neck|neck (?:\w+ ){0,3}?stiff\w*|(?:neck|nuchal) rigidity|unable to (?:put|touch|bend|get) (?:\w+ ){0,3}?(?:chin"
                r"|neck|head)(?: \w+){0,3}? chest|unable to bend (?:his|her|my) neck|rigid neck|mening(?:ism\w*|eal)|kernig\w*|brudzinski\w*"),
        way(FEVER, r"photophob\w+|(?:hates?|dislikes?|hurts?|bothered by|avoids?|sensitive to)(?: \w+){0,3}? (?:lights?)"
            r"|lights? (?:\w+ ){0,2}?(?:hurts?|hurting)",
            rf"{_HEADACHE}|{SICK}|rash|neck"),
        way(r"(?:rash|spots?|marks)(?: \w+){0,8}? (?:fails to|zero)(?: \w+){0,2}? ?(?:fad\w+|go\w* away|blanch\w*|disappear\w*)"
            r"|non ?blanching|petechia\w*|petechial|purpur\w+ rash|glass test",
            rf"{FEVER}|rash|{DROWSY}|{SICK}|ill|unwell|sick|baby|child|son|daughter"),
        way(FEVER, r"neck (?:\w+ )?(?:hurts?|pain\w*|ache\w*)|pain(?: \w+){0,3}? neck", rf"{SICK}|{_HEADACHE}|look down|light|{DROWSY}"),
        way(r"(?:rash|spots?|marks|blotches)",
            r"(?:stay|remain|still there)(?: \w+){0,8}? (?:glass|tumbler|press\w*)",
            rf"{FEVER}|hot|skin|{SICK}|{DROWSY}"),
        way(r"bulging (?:fontanel\w*|soft spot)", rf"{FEVER}|{DROWSY}|{SICK}"),
        named(r"(?:bacterial|acute|meningococcal|suspected) (?:\w+ )?meningitis", r"meningococc(?:a?emia|al (?:disease|sepsis))"),
    ),
    flag(
        "seizure",
        f"A first seizure, one over 5 minutes, or one after another: {CALL}.",
        "NHS, What to do if someone has a seizure (fit)", NHS + "conditions/what-to-do-if-someone-has-a-seizure-fit/",
        way(r"(?:having|had|has|having had|in|is|another|first|first ever|witnessed|active|suffered|after|generali[sz]ed|tonic clonic"
            r"|clonic|new|breakthrough) (?:\w+ ){0,3}?(?:seizures?(?! free| disorder| medic| threshold)|convulsions?)|convulsing|seizing"
            r"|seizures? (?:x|for|lasting|lasted|that|today|this|now)"),
        way(r"(?:having|had|has|have|one) (?:a |another )?fits?(?! in| well| of|ness)(?: after another)?|(?:is|started|been"
            r"|starts) fitting(?! in| well)"),
        way(r"(?:shak\w*|jerk\w*|twitch\w*) all over",
            r"eyes (?:\w+ )?(?:rolled|roll)|fails to respond|unresponsive|foam\w*|unconscious|minutes|wet (?:him|her)self|bit (?:his"
            r"|her) tongue"),
        way(r"went stiff|stiffened|body stiff\w*", r"jerk\w*|shak\w*|twitch\w*|eyes rolled"),
        way(r"(?:body|arms|legs|limbs)(?: \w+){0,3}? (?:jerk\w*|shak\w*|twitch\w*|stiffen\w*)",
            r"fails to (?:wak|respond|stop|com)\w*|unresponsive|unconscious|eyes (?:\w+ )?(?:rolled|roll)|foam\w*|\d+ min\w*|(?:five|six"
            r"|ten) minutes"),
        way(r"status epilepticus", is_named=True),
        way(r"post ?ictal"),
    ),
    flag(
        "head injury",
        f"A head injury with drowsiness, vomiting, a blackout or blood thinners: {CALL} or go to an emergency department.",
        "NICE NG232, Head injury: assessment and early management", NICE + "ng232",
        way(_HIT_HEAD, rf"{SICK}|{DROWSY}|{CONFUSED}|{_BLOOD_THINNER}|knocked out|unconscious|black\w* out|pass\w* out|seizure|fit"
            rf"|loss of consciousness|clear fluid|(?:severe|bad|terrible) headache|double vision|bleed\w* from (?:the |his |her )?(?:ear"
            rf"|nose)"),
        way(_HIT_HEAD, given=_BLOOD_THINNER),
        way(r"fell|falls?|fallen", r"forehead|scalp|face|facial|temple|occiput", given=_BLOOD_THINNER),
        way(r"fell|falls?|fallen|accident|crash|assault\w*|mvc",
            r"loss of consciousness|knocked out",
            rf"{SICK}|{_BLOOD_THINNER}|{DROWSY}|{_HEADACHE}|head|amnesia"),
        named(r"(?:acute )?(?:subdural|epidural|extradural) h[a]?ematoma", r"basal skull fracture"),
    ),
    flag(
        "delirium",
        f"Sudden confusion needs help at once: {CALL} or go to an emergency department.",
        "NHS, Sudden confusion (delirium)", NHS + "symptoms/confusion/",
        way(CONFUSED.replace("|hallucinat\\w+", "|fails to recogni\\w+|seeing things"),
            rf"{SUDDEN}|today|new|new onset|since (?:yesterday|last|his|her|the|this)|last night|hours|waxing|(?<!at )(?<!at his )(?<!at her )(?<!at their )baseline|cam positive|(?:was"
                rf"|were|been) fine|pull\w* out|agitat\w+|picking at"),
        way(r"acutely confused|acute (?:confusion\w*|delirium)|delirious"),
    ),
    flag(
        "suicidal thoughts",
        "Thoughts of suicide or self-harm need help now: call your emergency number or a crisis line"
        " (988 in the US, 116 123 in the UK and much of Europe).",
        "NHS, Help for suicidal thoughts", NHS + "mental-health/feelings-symptoms-behaviours/behaviours/help-for-suicidal-thoughts/",
        way(r"(?:am|i'm|im|is|feel\w*|feels?|been|felt|becoming|actively|very|with|endors\w+|reports?|active|passive|has|have|having|had"
            r"|positive) (?:\w+ ){0,2}?suicid\w+|suicid\w+ (?:thoughts|ideation|ideas|attempt|plan|intent|with)|commit\w* suicide"
            r"|suicide (?:note|plan)"),
        way(r"kill(?:ing)? (?:my|him|her|them)sel(?:f|ves)|(?:end|ending|take|taking) (?:my|his|her|their) (?:own )?li(?:fe|ves)"
            r"|end(?:ing)? it all|hang(?:ing)? (?:my|him|her)self|(?:my|him|her)self (?:in front of|off a)|threaten\w* to jump"
            r"|slit\w* (?:my|his|her) wrists?|goodbye (?:letter|note|text)|(?:nobody|zero one) would (?:miss|care)|(?:bought|have|got|tied"
            r"|made) (?:a )?(?:rope|noose)|not worth living|(?:life|everything) (?:is|feels) (?:pointless|hopeless)"
            r"|want it (?:all )?to (?:stop|be over|end)|jump(?:ing)? (?:off|from|in front of) (?:a |the |an )?(?:bridge|overpass|building"
            r"|roof|train|cliff|window|balcony)|shoot (?:my|him|her)self"),
        way(r"(?:want\w*|wish\w*|like|rather|going|ready|hope) (?:\w+ ){0,2}?(?:to die|be dead|was dead|were dead|to be dead"
            r"|to not (?:be here|exist|wake up)|not be here)(?! to know| of | for )|wants to die|better off dead|wish i (?:was|were) dead"),
        way(r"self (?:harm\w*|inflicted|injur\w+)|(?:fresh |new )?cuts? (?:on|to|all over|along) (?:my|his|her) (?:arms?|wrists?|thighs?"
            r"|legs?)(?: \w+){0,4}? (?:made|did|done|self)|wants? to never wake|(?:wish|want|hope)(?: \w+){0,6}? fails to wake|(?:cut|cuts"
            r"|cutting|hurt|hurting|harm|harming|burn|burning) (?:my|him|her)self(?! (?:shaving|cooking|on |with a (?:knife|paper)|while"
            r"|by accident))"),
        way(r"(?:saving|stockpil\w+|hoard\w+|collect\w+)(?: \w+){0,3}? (?:pills|tablets|medication)"),
    ),
    flag(
        "cauda equina",
        f"Back pain with numbness between the legs, or loss of control of bladder or bowel, can be pressed nerves of the spine: {CALL} or go to an emergency department.",
        "NHS, Back pain", NHS + "conditions/back-pain/",
        way(rf"(?:back|spine|sciatica|legs?|lumbar)(?: \w+){{0,4}}? (?:{PAIN})|{PAIN}(?: \w+){{0,4}}? (?:back|legs)|sciatica|back pain"
            rf"|low back|l\d, ?s\d|l\d/s\d|both legs|bilateral (?:leg|sciatica)|disc",
            r"(?:saddle|perianal|perineal|genital|groin) (?:an[a]?esthesia|par[a]?esthesia\w*|hyp[oa]?esthesia|numb\w*|hyp[oa]esthesia"
                r"|sensory loss)|numb\w*(?: \w+){0,3}? (?:between|groin|genital\w*|private\w*|bottom|buttocks|saddle|crotch|down below"
                r"|down there)|(?:groin|genital\w*|private parts|bottom|crotch)(?: \w+){0,3}? numb\w*"
            r"|(?:unable|fails) to (?:feel|tell) (?:\w+ ){0,2}?(?:when|wip\w+|wee|pee)|unable to feel (?:when i (?:wipe|pee)|(?:my |his "
                r"|her )?(?:bottom|genital\w*|private\w*))"
            r"|(?:unable|fails) to (?:\w+ )?(?:pee|wee|urinat\w+|pass (?:urine|water)|empty)|unable to control (?:\w+ )?(?:pee|wee|bladder"
                r"|bowels?|urine|poo)|(?:decreased|reduced|lax|absent|zero) anal tone|fails to feel (?:it )?coming|urinary retention"
                r"|retention of urine|(?:urinary|bladder|bowel|fecal|faecal) incontinence|incontinen\w+|(?:lost|loss of|losing|zero"
                r"|lose) control (?:of|over)(?: \w+){0,2}? (?:bladder|bowels?)|(?:wet|wetting|soil\w*) (?:my|him|her)self"),
        way(r"saddle (?:an[a]?esthesia|numb\w*)"),
        named(r"cauda equina", r"(?:acute |malignant )?spinal cord compression"),
    ),
    flag(
        "eye emergency",
        "Sudden loss of sight, a painful red eye with changed sight, or a chemical in the eye needs an emergency eye department now.",
        "NHS, Red eye", NHS + "symptoms/red-eye/",
        way(r"(?:sudden\w*|all of a sudden|abrupt\w*|acute|now|woke up)(?: \w+){0,7}? (?:blind|(?:vision|visual|sight) loss|(?:loss"
            r"|lost) (?:of )?(?:\w+ )?(?:vision|sight))|(?:blind|(?:vision|visual|sight) loss|(?:loss|lost) (?:of )?(?:\w+ )?(?:vision"
            r"|sight))(?: \w+){0,6}? (?:sudden\w*|all of a sudden)"),
        way(r"(?:lost|loss of|losing|lose) (?:\w+ )?(?:vision|sight)", SUDDEN),
        way(r"unable to see (?:anything |a thing )?(?:out of|from|in|with|through) (?:my|his|her|one|the) (?:\w+ )?eye",
            rf"{SUDDEN}|all of a sudden"),
        way(r"(?:curtain|shadow|veil|black cloud)(?: \w+){0,4}? (?:over|across|in|down)(?: \w+){0,3}? (?:vision|sight|eye|visual field)"
            r"|(?:curtain|shadow|veil)(?: \w+){0,2}? (?:visual field|vision)|(?:sudden\w*|shower of|lots of new"
            r"|new)(?: \w+){0,4}? (?:flashes|floaters)|shadow(?: \w+){0,4}? (?:eye|vision)|(?:half|part) of (?:what i see|(?:my|his"
            r"|her) (?:vision|sight))(?: \w+){0,6}? (?:black|gone|missing|dark)"),
        way(r"eyes?",
            rf"(?:{PAIN})",
            r"(?:red|redness|bloodshot)",
            rf"halos?|haloes|blur\w*|(?:decreased|reduced|loss of|lost|changed|worse) (?:\w+ )?(?:vision|sight|visual acuity|acuity)|{SICK}"
            rf"|{_HEADACHE}|photophob\w+|iop \d+"),
        way(r"(?:bleach|acid|alkali|lime|cement|chemical\w*|cleaner|ammonia|detergent|solvent)(?: \w+){0,4}? eyes?"
            r"|eye(?: \w+){0,4}? (?:bleach|acid|alkali|chemical\w*|cement)"),
        named(r"acute angle closure(?: glaucoma)?",
            r"(?:acute )?retinal detachment",
            r"central retinal artery occlusion",
            r"giant cell arteritis with"),
    ),
    flag(
        "unconsciousness",
        f"Someone who cannot be woken or does not breathe normally: {CALL}.",
        "NHS, First aid", NHS + "conditions/first-aid/",
        way(r"unconscious\w*|coma(?:tose)?|unresponsive|fails to (?:respond(?:ing)?(?! to (?:treatment|antibiotic\w*|the|his|her|my"
            r"|medic\w+|any|therapy|insulin|steroid\w*|it))|conscious|awake|rous\w+|arous\w+|breath\w*|wake\w* ?(?:up)?|waking ?(?:up)?"
            r"|come (?:round|around|to))|unable to (?:wake|rouse|be woken|be roused)|unrousable|unarousable"
            r"|(?:unable|fails) to (?:\w+ ){0,4}?wake up|cardiac arrest|zero pulse\w*|zero signs of life|cpr in progress|(?:passed"
                r"|pass) out(?: \w+){0,4}? (?:unable to|fails to)|unable to get (?:him|her|them) to wake(?: up)?|(?:shook|shaken"
                r"|shaking) (?:him|her|them) and (?:nothing|zero)|gcs (?:of |score )?(?:[3-8])(?!\d)|found down"),
        way(r"collapsed", r"fails to|unrespons\w+|unable to|unconscious\w*|seconds|just|floor|now|he|she|wife|husband|mother|father"),
    ),
)  # fmt: skip
