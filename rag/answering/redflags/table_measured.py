"""Emergencies that measured values tell, each with the guideline that its limits are of.

Limits of adults are not used for children, who are left out where a guideline has none for them.
Ways by measured values of emergencies that words tell as well stand in ``MEASURED``.
"""

from __future__ import annotations

from collections.abc import Mapping

from rag.answering.redflags.entry import (
    BREATH,
    CALL,
    CHEST,
    CONFUSED,
    DROWSY,
    FAINT,
    FEVER,
    NHS,
    NICE,
    PREGNANT,
    SICK,
    RedFlag,
    Way,
    flag,
    measured,
)

_ADULT = (16.0, 200.0)
_BORN = (1 / 12, 200.0)
"""From one month: a newborn's blood has limits of its own."""
_INFECTION = (
    rf"{FEVER}|infect(?:ion|ions|ed|ive)|sepsis|septic|urosepsis|pneumonia|cellulitis|uti|pyelonephritis|mening\w+|abscess\w*"
    r"|cholangitis|cholecystitis|osteomyelitis|endocarditis|peritonitis|diverticulitis|appendicitis|gastroenteritis|bronchiolitis"
    r"|tonsillitis|influenza|covid\S*|(?:the|have|has|with) flu|rigors?|chills|shiver\w*|the shakes|necroti[sz]ing \w+|bacter[a]?emia"
)
_BLEEDS = (
    r"(?:nose ?)?bleed\w*|bled|nosebleeds?|h[a]?emorrhag\w*|h[a]?ematoma\w*|h[a]?ematuria|mel[a]?ena|h[a]?ematemesis|h[a]?emoptysis"
    r"|epistaxis|bruis\w+|petechia\w*|blood in \w+|black stools?"
)
_DIABETIC = r"diabet\w+|type (?:1|2|one|two|i|ii)\b|t[12]dm|dm[12]|iddm|insulin|dka"
_NEUTROPENIC = (
    r"chemo\w*|neutropeni\w*|cytarabine|docetaxel|paclitaxel|carboplatin|cisplatin|doxorubicin|r chop|folfox|folfiri|abvd"
    r"|(?:bone marrow|stem cell) transplant|acute (?:\w+ )?leuk[a]?emia|aml"
)
_AFTER_BIRTH = (
    r"post ?partum|post ?natal|puerper\w+|(?:days?|weeks?) pp|gave birth|after (?:the |my |her )?(?:birth|delivery|giving birth)"
    r"|had (?:a|my|her) baby|(?:after|since) (?:my|her|a|the) c section|since (?:the |my |her )?(?:birth|delivery)"
)
_ECLAMPTIC = (
    rf"headaches?|(?:blur\w*|double|disturbed) vision|visual (?:\w+ )?(?:disturbance\w*|changes?|symptoms|scotoma\w*)|scotoma\w*"
    rf"|(?:flashing|flashes|spots|stars|lights|sparkles)|epigastr\w+|right upper quadrant|(?:under|below) (?:my|her|the) ribs"
    rf"|clonus|hyperreflexi\w+|brisk reflexes|(?:hands?|face)(?: \w+){{0,3}}? (?:swollen|swell\w*|puffy)|(?:facial|hand) (?:swelling|o?edema)"
    rf"|{SICK}"
)
_END_ORGAN = (
    rf"{CONFUSED}|{DROWSY}|{CHEST}|{BREATH}|papill?o?edema|retinal h[a]?emorrhag\w*|flame h[a]?emorrhag\w*|heart failure"
    rf"|pulmonary o?edema|acute kidney injury|aki|oliguri\w+|encephalopath\w+|seizure|(?:blur\w*|double) vision|vis(?:ion|ual) (?:loss|chang\w+|disturb\w+)"
    rf"|hemipar\w+|(?:sided|left|right|focal|facial|arm|leg|sudden) weakness|slur\w+"
)
_BRAIN = rf"{CONFUSED}|{DROWSY}|seizures?|fit(?:s|ting)|convuls\w+|vomit\w*|headaches?|unstead\w+|coma\w*|falls?|nause\w+|lethargic"
_WEAK_OR_BEATS = r"weak\w*|paraly\w+|palpitation\w*|arrhythmi\w+|cramps?|ecg|ekg"
_CORONARY = rf"{CHEST}|(?:jaw|arm|arms) (?:pain|ache\w*|hurt\w*|heav\w+)|{BREATH}(?! on exertion)|diaphor\w+|sweat\w*|syncope"
_LITHIUM = (
    r"tremor\w*|shak\w+|ataxi\w+|unstead\w+|vomit\w*|diarrh\w+|slur\w+|twitch\w*|seizure\w*|nystagmus|"
    + rf"{CONFUSED}|{DROWSY}"
)

MEASURED: Mapping[str, tuple[Way, ...]] = {
    # NICE NG253 and NG254, and qSOFA: rag.answering.redflags.scores
    "sepsis": (
        measured("Sepsis criteria >= 1", signs=(_INFECTION,)),
        measured("qSOFA >= 2", signs=(_INFECTION,), ages=_ADULT),
        measured("NEWS2 >= 5", signs=(_INFECTION,), ages=_ADULT),
        measured("Temperature >= 38.0 | Temperature < 36.0", "Sepsis criteria >= 1"),
        measured("Temperature >= 38.0 | Temperature < 36.0", "qSOFA >= 2"),
        # RCOG Green-top Guideline 64b: red flags after a birth
        measured("Temperature > 38.0", "Heart rate > 90 | Respiratory rate > 20", given=_AFTER_BIRTH),
        # NG253: with a high lactate the risk is one level up
        measured("Lactate > 2.0", signs=(_INFECTION,), ages=_ADULT),
        measured("Lactate > 2.0", "Temperature >= 38.0 | Temperature < 36.0", ages=_ADULT),
    ),
    # NICE CG151: neutrophils of 0.5 or lower and more than 38 °C, or other signs of sepsis
    "neutropenic fever": (
        measured("Highest temperature >= 38.0", given=_NEUTROPENIC),
        measured("Highest temperature >= 38.0", "Absolute neutrophil count <= 0.5"),
        measured("Absolute neutrophil count <= 0.5", signs=(_INFECTION,)),
        measured("Absolute neutrophil count <= 0.5", "Sepsis criteria >= 1"),
    ),
    # NICE NG143 and NG254: 38 °C and more below three months
    "fever in a young infant": (measured("Highest temperature >= 38.0", ages=(0.0, 0.25)),),
    # NICE NG185 and the fourth universal definition of infarction: beyond the 99th centile
    "heart attack": (measured("Troponin > 1.0", signs=(_CORONARY,), ages=_ADULT),),
    # JBDS 02 (2023) and ISPAD (2022): glucose over 11 or diabetes; ketones 3.0 or 2+; pH below 7.3 or bicarbonate below 15
    "ketoacidosis": (
        measured("Ketones >= 3.0 | Ketones in urine >= 2", "Glucose > 11.0", "pH < 7.3 | Bicarbonate < 15.0"),
        measured("Ketones >= 3.0 | Ketones in urine >= 2", "pH < 7.3 | Bicarbonate < 15.0", given=_DIABETIC),
        # NHS: ketones of 3 and more in diabetes are a reason to call
        measured("Ketones >= 3.0", given=_DIABETIC),
        measured("Ketones >= 3.0", "Glucose > 11.0"),
        measured("Glucose > 11.0", "pH < 7.3 | Bicarbonate < 15.0", given=_DIABETIC),
    ),
    # NICE NG133: from 140/90 with such symptoms; from 160/110 without
    "pre-eclampsia": (
        measured("Systolic >= 140 | Diastolic >= 90", signs=(_ECLAMPTIC,), given=rf"{PREGNANT}|{_AFTER_BIRTH}"),
        measured("Systolic >= 160 | Diastolic >= 110", given=rf"{PREGNANT}|{_AFTER_BIRTH}"),
    ),
}  # fmt: skip

MEASURED_FLAGS: tuple[RedFlag, ...] = (
    flag(
        "shock",
        f"Low blood pressure with these signs can be shock: {CALL}.",
        "NICE CG174, Intravenous fluid therapy in adults in hospital", NICE + "cg174",
        measured("Shock signs >= 2", ages=_ADULT),
        measured("Systolic < 90", "Shock signs >= 1", ages=_ADULT),
        measured("Systolic < 90", signs=(rf"{FAINT}|{_BLEEDS}|{CHEST}",), ages=_ADULT),
    ),
    flag(
        "low oxygen",
        f"Oxygen this low needs urgent assessment: {CALL}.",
        "BTS Guideline for oxygen use in adults in healthcare and emergency settings", "https://doi.org/10.1136/thoraxjnl-2016-209729",
        # with lungs that retain carbon dioxide the target is 88-92 %
        measured("Low oxygen >= 1"),
        measured("pO2 < 8.0", ages=_ADULT),
        measured("pH < 7.35", "pCO2 > 6.5", ages=_ADULT),
    ),
    flag(
        "early warning score",
        "These vital signs together (NEWS2) need an urgent look by a clinician, from 7 on an emergency:"
        f" tell the team now; outside hospital {CALL}.",
        "Royal College of Physicians, National Early Warning Score (NEWS) 2",
        "https://www.rcp.ac.uk/improving-care/resources/national-early-warning-score-news-2/",
        measured("NEWS2 >= 5", ages=_ADULT),
        measured("NEWS2 single >= 3", ages=_ADULT),
    ),
    flag(
        "dangerous heartbeat",
        f"A heartbeat this fast or slow with these signs is an emergency: {CALL}.",
        "Resuscitation Council UK, Adult advanced life support (peri-arrest arrhythmias)",
        "https://www.resus.org.uk/library/2021-resuscitation-guidelines/adult-advanced-life-support-guidelines",
        measured("Heart rate >= 150 | Heart rate < 40", signs=(rf"{FAINT}|{CHEST}|{BREATH}|heart failure|pulmonary o?edema",), ages=_ADULT),
    ),
    flag(
        "low blood sugar",
        f"Blood sugar this low needs sugar now; if drowsy, confused, fitting or not able to swallow, give nothing by mouth and {CALL}.",
        "American Diabetes Association, Standards of Care: Glycemic Goals and Hypoglycemia", "https://doi.org/10.2337/dc25-S006",
        measured("Glucose < 3.0", ages=_BORN),
    ),
    flag(
        "very high blood sugar",
        f"Blood sugar this high can be a hyperosmolar state or ketoacidosis: {CALL} or go to an emergency department.",
        "Joint British Diabetes Societies, JBDS 06: Hyperosmolar hyperglycaemic state in adults", "https://abcd.care/jbds-ip",
        measured("Glucose >= 30.0", ages=_ADULT),
    ),
    flag(
        "high potassium",
        f"Potassium this high can stop the heart: it needs an ECG and treatment in hospital now; {CALL}.",
        "UK Kidney Association, Treatment of acute hyperkalaemia in adults",
        "https://www.ukkidney.org/health-professionals/guidelines/treatment-acute-hyperkalaemia-adults",
        measured("Potassium >= 6.5", ages=_ADULT),
        measured("Potassium >= 6.0", signs=(r"peaked t\w*|tented t\w*|wide(?:ned)? qrs|sine wave|ecg changes|ekg changes|bradycardi\w+",), ages=_ADULT),
    ),
    flag(
        "low potassium",
        f"Potassium this low can disturb the heartbeat: it needs an ECG and treatment in hospital now; {CALL}.",
        "Resuscitation Council UK, Special circumstances: life-threatening electrolyte disorders",
        "https://www.resus.org.uk/library/2021-resuscitation-guidelines/special-circumstances-guidelines",
        measured("Potassium < 2.5", ages=_ADULT),
    ),
    flag(
        "low sodium",
        f"Sodium this low with these signs can be swelling of the brain: {CALL}.",
        "European guideline on hyponatraemia (2014)", "https://doi.org/10.1530/EJE-13-1020",
        measured("Sodium < 125", signs=(_BRAIN,), ages=_ADULT),
    ),
    flag(
        "high calcium",
        f"Calcium this high needs treatment in hospital now: {CALL}.",
        "Society for Endocrinology, Emergency management of acute hypercalcaemia", "https://doi.org/10.1530/EC-16-0055",
        measured("Calcium > 3.5", ages=_ADULT),
        measured("Calcium > 3.0", signs=(rf"{CONFUSED}|{DROWSY}|vomit\w*|dehydrat\w+|constipat\w+|polyuri\w*|thirst\w*",), ages=_ADULT),
    ),
    flag(
        "hypertensive emergency",
        f"Blood pressure this high with these signs is an emergency: {CALL}.",
        "NICE NG136, Hypertension in adults: diagnosis and management", NICE + "ng136",
        measured("Systolic >= 180 | Diastolic >= 120", signs=(_END_ORGAN,), ages=_ADULT),
    ),
    flag(
        "hypothermia",
        f"A body temperature below 35 °C is an emergency: {CALL}; warm the person slowly.",
        "NHS, Hypothermia", NHS + "conditions/hypothermia/",
        measured("Temperature < 35.0"),
    ),
    flag(
        "severe anaemia",
        f"Haemoglobin this low may need a transfusion today: contact a hospital now; with breathlessness, chest pain, faintness or bleeding {CALL}.",
        "NICE NG24, Blood transfusion", NICE + "ng24",
        measured("Hemoglobin < 70", ages=_ADULT),
        measured("Hemoglobin < 80", signs=(rf"{CHEST}|acute coronary syndrome|n?stemi",), ages=_ADULT),
    ),
    flag(
        "low platelets",
        f"Platelets this low can mean dangerous bleeding: contact a hospital now; with headache or bleeding that does not stop {CALL}.",
        "NICE NG24, Blood transfusion", NICE + "ng24",
        measured("Platelets < 10"),
        measured("Platelets < 30", signs=(_BLEEDS,)),
    ),
    flag(
        "high INR",
        f"An INR this high can mean dangerous bleeding: stop the anticoagulant and contact a hospital or clinic now; with heavy bleeding or a blow to the head {CALL}.",
        "British National Formulary, Oral anticoagulants", "https://bnf.nice.org.uk/treatment-summaries/oral-anticoagulants/",
        measured("INR > 8.0"),
        measured("INR > 5.0", signs=(_BLEEDS,)),
    ),
    flag(
        "lithium poisoning",
        f"This lithium level with these signs can be poisoning: stop lithium and go to an emergency department, or {CALL}.",
        "British National Formulary, Lithium carbonate", "https://bnf.nice.org.uk/drugs/lithium-carbonate/",
        measured("Lithium level > 2.0"),
        measured("Lithium level > 1.5", signs=(_LITHIUM,)),
    ),
)  # fmt: skip
