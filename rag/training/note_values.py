"""Lists that ``notes`` draws from: common names, forms of addresses and facilities, clinical words.

Chosen by hand. They say nothing about which person exists.
"""

from __future__ import annotations

import random

ENGLISH_FIRST = (
    "James Mary Robert Patricia John Jennifer Michael Linda David Elizabeth William Barbara Richard"
    " Susan Joseph Jessica Thomas Sarah Charles Karen Daniel Lisa Matthew Nancy Anthony Betty Mark"
    " Sandra Donald Margaret Steven Ashley Andrew Kimberly Paul Emily Joshua Donna Kenneth Michelle"
    " Kevin Carol Brian Amanda George Melissa Timothy Deborah Ronald Stephanie Jason Rebecca Edward"
    " Laura Jeffrey Helen Ryan Sharon Jacob Cynthia Gary Kathleen Nicholas Amy Eric Angela Jonathan"
    " Shirley Larry Anna Scott Ruth Frank Brenda Justin Pamela Brandon Nicole Raymond Katherine Ben"
    " Samantha Gregory Christine Sam Catherine Patrick Virginia Jack Rachel Dennis Carolyn Jerry"
    " Rose May June April Grace Hope Faith Joy Iris Daisy Lily Violet Olive Ivy Hazel Pearl Ruby Amber"
    " Grant Chase Hunter Mason Cooper Bill Will Drew Rich Art Gene Dale Glen Roy Ray Earl Wade Miles"
    " Olivia Emma Ava Sophia Mia Noah Liam Ethan Lucas Aiden Zoe Chloe Priya Wei Mohammed Fatima Aisha"
    " Carlos Maria Jose Juan Ana Luis Sofia Hiroshi Yuki Olga Ivan Ahmed Omar Chidi Ngozi Kwame Siobhan"
).split()
ENGLISH_LAST = (
    "Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez Lopez Gonzalez"
    " Wilson Anderson Thomas Taylor Moore Jackson Martin Lee Perez Thompson White Harris Sanchez Clark"
    " Ramirez Lewis Robinson Walker Young Allen King Wright Scott Torres Nguyen Hill Flores Green Adams"
    " Nelson Baker Hall Rivera Campbell Mitchell Carter Roberts Page Grant Long Rose May Day Bell Bush"
    " Price Wood Woods Stone Rice Banks Field Park Parks Knight Bishop Pope Cook Mason Hunter Fisher"
    " Cross Black Gray Grey Love Hope Best Small Little Short Sharp Savage Strong Power Rich Poor Case"
    " Burns Payne Hurt Blood Head Hand Legg Foote Chin Cough Church Temple Castle Marsh Brooks Rivers"
    " Lake Forest Snow Frost Winter Summers Spring Patel Singh Khan Kim Park Chen Wang Li Zhang Tran Ali"
    " O'Brien O'Connor McDonald MacLeod Murphy Kelly Sullivan Ryan Cohen Levy Kowalski Novak Schmidt"
    " Murray Ford Hamilton Graham Wallace Woods Cole West Jordan Owens Reynolds Ellis Gibson Mendoza"
).split()
PREFIXES = ("O'", "Mc", "Mac", "van ", "van der ", "de ", "De ", "Di ", "El-", "Al-", "von ", "St. ",
            "Le ", "La ", "D'", "Fitz", "bin ", "dos ", "O’")  # fmt: skip
SYLLABLES = (
    "ba be bo da do ka ko la le lo ma mi mo na ne no ra ri ro sa se si ta te ti to va ve vi za zo tha sha"
    " cha kri pra shan wen ling hua min dez rov nik ski sen ton ber man wick ford ley ham by dal gren"
    " qvist mura naka yama moto oko uma ade ola chi nwa eze abu zai far hus rah kar bek ash jor lu du"
).split()
KNOWN_CITIES = (
    "Boston|Chicago|Houston|Denver|Seattle|Portland|Atlanta|Miami|Detroit|Baltimore|Cleveland|Pittsburgh|"
    "New York|Los Angeles|San Francisco|San Diego|Philadelphia|St. Louis|Salt Lake City|New Orleans|"
    "Springfield|Columbus|Austin|Dallas|Phoenix|Tucson|Omaha|Memphis|Nashville|Charlotte|Richmond|London|"
    "Manchester|Leeds|Bristol|Glasgow|Edinburgh|Cardiff|Dublin|Cork|Toronto|Montreal|Vancouver|Calgary|"
    "Sydney|Melbourne|Perth|Auckland|Mumbai|Delhi|Lagos|Nairobi|Cairo|Paris|Lyon|Berlin|Munich|Hamburg|"
    "Vienna|Zurich|Rome|Milan|Madrid|Lisbon|Warsaw|Prague|Moscow|Tokyo|Osaka|Beijing|Shanghai|Manila|"
    "Cape Town|Oxford|Cambridge|Reading|Bath|Orange|Mobile|Flint|Troy|Worcester|Framingham|Bethesda"
).split("|")
TOWN_ENDS = ("ville", "ton", "burg", "field", "port", "stad", "mouth", "borough", " Falls", " Springs",
             " Heights", " Beach", " Grove", "wood", " City", "view", "side", "land", " Bay")  # fmt: skip
TOWN_STARTS = ("North", "South", "East", "West", "New", "Port", "Lake", "Fort", "Mount", "San", "Santa",
               "Saint", "St.", "Upper", "Bad", "Villa", "Las", "El")  # fmt: skip
STREET_WORDS = (
    "Maple Oak Elm Pine Cedar Birch Willow Walnut Chestnut Cherry Main High Church Park Lake River Hill"
    " Spring Sunset Washington Lincoln Jefferson Mill Bridge Station School Orchard Meadow Forest Garden"
    " Highland Prospect Pleasant Market Union Franklin Victoria Queen King Abbey Castle Green Railway"
    " Heather Juniper Magnolia Aspen Poplar Sycamore Fairview Ridge Valley Summit Ocean Bay Harbor Beacon"
).split()
STREET_ENDS = (
    "Street St St. Road Rd Rd. Avenue Ave Ave. Lane Ln Drive Dr Dr. Boulevard Blvd Court Ct Place Pl Way"
    " Terrace Circle Highway Parkway Square Close Crescent Gardens Grove Trail Path Pike Plaza Walk Hill"
    " Mews Row Loop Ridge Crossing Street Road Avenue Lane Drive Street Avenue Run Pass Forks Alley Mall"
).split()
STREET_STARTS = ("Calle", "Rue", "Rue de", "Avenue de", "Via", "Rua", "ul.", "Avenida", "Av.", "Carrer",
                 "Plaza", "Piazza", "Place", "Am", "Boulevard", "Ulica", "Corso", "Chemin de")  # fmt: skip
STATES = (
    "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND"
    " OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY ON QC BC AB NSW VIC Texas Ohio Iowa Massachusetts"
    " California Florida Kansas Oregon Vermont Michigan Ontario Kent Surrey Bavaria"
).split()
COUNTRIES = (
    "USA|United States|Canada|Mexico|Brazil|Argentina|Chile|Peru|Colombia|Uruguay|England|Scotland|Wales|"
    "Ireland|United Kingdom|UK|France|Germany|Italy|Spain|Portugal|Netherlands|Belgium|Switzerland|Austria|"
    "Denmark|Norway|Sweden|Finland|Iceland|Poland|Hungary|Romania|Bulgaria|Greece|Turkey|Ukraine|Russia|"
    "Slovenia|Croatia|Serbia|Israel|Egypt|Kenya|Nigeria|Ghana|Ethiopia|South Africa|India|Pakistan|"
    "Bangladesh|Nepal|China|Japan|Korea|Vietnam|Thailand|Philippines|Indonesia|Australia|New Zealand|Haiti|"
    "Cuba|Jamaica|Guatemala|Honduras|El Salvador|Iran|Iraq|Syria|Afghanistan|Greenland|Tunisia|Cyprus"
).split("|")
SAINTS = ("St. Mary's", "St Mary", "Saint Luke's", "St. Jude", "Mercy", "Good Samaritan", "Providence",
          "Mount Sinai", "Sacred Heart", "Holy Cross", "Royal", "Queen Victoria", "Northside", "Riverside",
          "Lakeview", "Sunrise", "Beth Israel", "All Saints", "Trinity", "St. Vincent")  # fmt: skip
FACILITY_FORMS = (
    "{x} Hospital|{x} General Hospital|{x} Medical Center|{x} Memorial Hospital|{x} Clinic|{x} Medical Centre|"
    "{x} Regional Medical Center|{x} Community Hospital|University Hospital of {y}|University of {y} Hospital|"
    "{x} Children's Hospital|Children's Hospital of {y}|{x} Infirmary|{x} Health System|{x} VA|{y} VA Medical"
    " Center|{x} Cancer Institute|{x} Heart Institute|Royal {x} Infirmary|{y} General|{x} Hospice|"
    "Klinikum {y}|Hôpital {x}|Hospital {x}|Clínica {x}|Ospedale {x}|{x} Hosp.|{x} Rehabilitation Center|"
    "{x} Health|{x} Healthcare|{x} University Hospital|{y} County Hospital|{x}-{y} Hospital|{x} Surgery Center|"
    "{x} NHS Trust|Hospital of {y}|{x} Eye Institute|{x} Urgent Care"
).split("|")
ORG_FORMS = (
    "{x} Inc|{x} Inc.|{x} Ltd|{x} LLC|{x} Group|{x}, {y} and {x}|{x} and Sons|{x}-{y}|{x} Corporation|{z} Corp|"
    "{z}|{z} Technologies|{z} Systems|{x} Brothers|{x} & {y}|{x} & Co|{i}|{z} Bank|{c} Bank|{w} Foods|"
    "{x} Motors|{x} Airlines|{c} Police Department|{c} Fire Department|City of {c}|{x} Construction|"
    "{x} Logistics|{z} Pharmaceuticals|{z} GmbH|{z} AG|{x} Law Firm|{x} Trucking|{x} Steel|{z} Software|"
    "University of {c}|{c} University|Bank of {c}|{c} Museum|{x} PLC|{z} Energy|{c} Times|{w} Insurance"
).split("|")
FACILITIES = {
    "clinic": ("{x} Clinic", "{w} Family Practice", "{c} Health Centre", "{x} Medical Group", "{w} Street Surgery",
               "{c} Primary Care", "{x} Dermatology", "{w} Pediatrics", "{c} Heart Clinic", "{x} Dental",
               "{w} Road Surgery", "{c} Family Medicine", "{x} Eye Care", "{x} Associates",
               "{w} Medical Practice", "{c} Community Health Center", "{x} Orthopedics"),
    "nursing": ("{w} Manor", "{x} Nursing Home", "{w} Lodge", "{c} Care Center", "{w} Gardens Assisted Living",
                "{x} Rehab", "{x} House", "{w} Hill Nursing Home", "{c} Skilled Nursing Facility", "{w} Court"),
    "school": ("{c} High School", "{w} Elementary", "{x} Academy", "{c} University", "University of {c}",
               "{x} College", "St. {x} School", "{w} Middle School", "{c} Community College",
               "{w} Elementary School", "{x} University", "Technical University of {c}"),
    "pharm": ("{x} Pharmacy", "{w} Pharmacy", "{x} Drugs", "{c} Chemist", "{x} & Sons Pharmacy"),
    "shelter": ("{w} Street Shelter", "{x} House", "St. {x} Shelter", "{c} Rescue Mission"),
    "lab_org": ("{x} Laboratories", "{c} Reference Laboratory", "{x} Diagnostics", "{x} Institute"),
}  # fmt: skip
EPONYM_PHRASES = (
    "Parkinson's disease|Parkinson disease|Crohn's disease|Crohn disease|Alzheimer's dementia|Hodgkin lymphoma|"
    "non-Hodgkin's lymphoma|Graves' disease|Graves disease|Hashimoto's thyroiditis|Apgar scores|Glasgow coma"
    " scale|Babinski sign|Whipple procedure|Foley catheter|Kussmaul respirations|Down syndrome|Down's syndrome|"
    "Turner syndrome|Marfan syndrome|Wilson disease|Wilson's disease|Baker's cyst|Baker cyst|Addison's disease|"
    "Cushing's syndrome|Cushing syndrome|Huntington's disease|Huntington chorea|Tourette syndrome|Guillain-Barré"
    " syndrome|Bell's palsy|Raynaud's phenomenon|Sjogren's syndrome|Kawasaki disease|Takayasu arteritis|Paget's"
    " disease|Barrett's esophagus|Barrett esophagus|Mallory-Weiss tear|Zollinger-Ellison syndrome|Cheyne-Stokes"
    " respiration|Romberg sign|Phalen's test|Tinel sign|Dupuytren's contracture|Colles' fracture|Smith fracture|"
    "Pott's disease|Lisfranc injury|Jones fracture|Charcot foot|Homans sign|Murphy's sign|McBurney's point|"
    "Virchow's node|Cullen's sign|Grey Turner's sign|Lachman test|McMurray test|Thomas test|Trendelenburg gait|"
    "Allen test|Hoffman reflex|Horner's syndrome|Marcus Gunn pupil|Brown-Séquard syndrome|Wernicke encephalopathy|"
    "Creutzfeldt-Jakob disease|Lewy body dementia|Friedreich ataxia|Duchenne muscular dystrophy|Lambert-Eaton"
    " syndrome|Hansen's disease|Lyme disease|Reye syndrome|Kaposi sarcoma|Burkitt lymphoma|Ewing sarcoma|Wilms"
    " tumor|Gleason score 7|Breslow depth|Clark level|Child-Pugh class B|Ranson criteria|Wells score|Braden scale|"
    "Norton score|Barthel index|Snellen chart|Tanner stage 3|Bishop score|Salter-Harris fracture|Ann Arbor stage"
    " II|Duke criteria|Jones criteria|Coombs test|Wright stain|Gram stain|Swan-Ganz catheter|Hickman line|Penrose"
    " drain|Jackson-Pratt drain|Blake drain|Roux-en-Y bypass|Nissen fundoplication|Ivor Lewis esophagectomy|"
    "Hartmann's procedure|Pfannenstiel incision|Ross procedure|Cox maze procedure|Miller blade|Thompson"
    " prosthesis|Austin Moore prosthesis|Ringer's lactate|Osgood-Schlatter disease|Perthes disease|Osler nodes|"
    "Janeway lesions|Roth spots|Heberden's nodes|Koplik spots|Gaucher disease|Tay-Sachs disease|Fabry disease|"
    "Gilbert's syndrome|Budd-Chiari syndrome|Fournier's gangrene|Bartholin cyst|tetralogy of Fallot|Ebstein"
    " anomaly|Wolff-Parkinson-White syndrome|Wenckebach block|Bruce protocol|Dressler syndrome|Goodpasture"
    " syndrome|Stevens-Johnson syndrome|Lyell syndrome|Wood's lamp|Hutchinson sign|Sheehan syndrome|Meniere's"
    " disease|Waldenstrom macroglobulinemia|Felty syndrome|Pancoast tumor|Ludwig's angina|Ramsay Hunt syndrome|"
    "Beck depression inventory|Hamilton scale|Edinburgh postnatal depression scale|Mohs surgery|Hill-Sachs"
    " lesion|Bankart repair|Hawkins test|Speed test|Morton's neuroma|Peutz-Jeghers syndrome|Lynch syndrome|"
    "Kaplan-Meier curve|Cohen's kappa|Mann-Whitney test|Fisher exact test|Boston criteria|Ottawa ankle rules|"
    "Rome criteria|Milan criteria|Montreal cognitive assessment|Framingham risk score|Chagas disease|"
    "Chiari malformation|Legg-Calvé-Perthes disease|Hirschsprung disease|Meckel's diverticulum|Bowen's disease"
).split("|")
BARE = ("Foley", "Romberg", "Babinski", "Kernig", "Brudzinski", "Parkinson's", "Crohn's", "Alzheimer's", "Tinel",
        "Phalen", "Lachman", "McMurray", "Doppler", "Holter", "Graves'", "Hashimoto's", "Raynaud's", "Sjogren's",
        "Hickman", "Down's", "Hoffmann", "Chvostek", "Trousseau", "Apgars 8 and 9", "Kaposi's")  # fmt: skip
DRUGS = (
    "metformin lisinopril atorvastatin amlodipine warfarin aspirin heparin furosemide prednisone insulin"
    " omeprazole levothyroxine sertraline gabapentin amoxicillin vancomycin ceftriaxone azithromycin morphine"
    " oxycodone ibuprofen acetaminophen paracetamol albuterol tiotropium digoxin amiodarone clopidogrel"
    " rivaroxaban apixaban lorazepam haloperidol olanzapine lithium phenytoin levetiracetam methotrexate"
    " tamoxifen cisplatin ondansetron pantoprazole spironolactone carvedilol metoprolol losartan zolpidem"
).split()
DIAGNOSES = (
    "chest pain|shortness of breath|community-acquired pneumonia|type 2 diabetes|hypertension|atrial fibrillation|"
    "acute appendicitis|a fall|hip fracture|migraine|asthma|COPD exacerbation|heart failure|urinary tract"
    " infection|sepsis|gout|eczema|breast cancer|colon cancer|lung nodule|back pain|knee pain|depression|anxiety|"
    "seizures|stroke|TIA|syncope|abdominal pain|pancreatitis|hepatitis C|cirrhosis|acute kidney injury|anemia|"
    "deep vein thrombosis|cellulitis|hypothyroidism|dementia|a rash|fever|cough|vertigo|otitis media|preeclampsia"
).split("|")
PROFESSIONS = (
    "teacher engineer farmer plumber nurse lawyer carpenter welder driver cashier accountant electrician"
    " mechanic cook waiter painter miner firefighter soldier secretary librarian baker butcher tailor"
).split()
RELATIONS = (
    "wife husband mother father daughter son sister brother aunt uncle niece nephew cousin grandmother"
    " grandfather partner stepson fiancé friend"
).split()
PROCEDURES = (
    "appendectomy|coronary angiography|colonoscopy|total hip arthroplasty|cholecystectomy|cataract surgery|"
    "a CABG|hysterectomy|bronchoscopy|an MRI|chemotherapy|dialysis|knee replacement"
).split("|")


def plain(slot: str, rng: random.Random) -> str:
    """Draw a value that is no name, no address and no facility.

    Raises:
        KeyError: no slot has this name.
    """
    d = rng.randint
    month = rng.choice("January February March April May June July August September October".split())
    lists = {
        "title": ("Mr.", "Mrs.", "Ms.", "Mr", "Mrs", "Miss", "Ms", "MR.", "MRS.", "Mx."),
        "title_dr": ("Dr.", "Dr", "Doctor", "Prof.", "DR.", "Professor"),
        "sex": ("M", "F", "male", "female", "man", "woman", "Male", "Female"),
        "cred": ("MD", "M.D.", "RN", "NP", "PA-C", "DO", "FRCP", "PhD", "MBBS", "LCSW", "PharmD", "DDS", "PT"),
        "poss": ("his", "her", "their"), "poss_c": ("His", "Her"), "rel": RELATIONS, "prof": PROFESSIONS,
        "drug": DRUGS, "dx": DIAGNOSES, "proc": PROCEDURES, "epo": EPONYM_PHRASES, "epo_c": EPONYM_PHRASES,
        "bare": BARE, "country": COUNTRIES, "st": STATES,
    }  # fmt: skip
    if slot in lists:
        return rng.choice(lists[slot])
    return {
        "age": lambda: str(d(1, 99)), "num": lambda: str(d(2, 300)), "Drug": lambda: rng.choice(DRUGS).capitalize(),
        "date": lambda: rng.choice((f"{d(1, 12)}/{d(1, 28)}/{d(1950, 2026)}", f"{d(1950, 2026)}-0{d(1, 9)}-{d(10, 28)}",
                                    f"{month} {d(1, 28)}, {d(1950, 2026)}", f"{d(1, 28)} {month[:3]} {d(1950, 2026)}")),
        "time": lambda: f"{d(0, 23)}:{d(10, 59)}", "mrn": lambda: str(d(10**5, 10**8)),
        "phone": lambda: rng.choice((f"({d(200, 999)}) {d(200, 999)}-{d(1000, 9999)}", f"+44 20 {d(1000, 9999)} {d(1000, 9999)}",
                                     f"{d(200, 999)}-{d(200, 999)}-{d(1000, 9999)}")),
        "email": lambda: f"user{d(1, 99)}@example.org",
    }[slot]()  # fmt: skip
