"""Word lists of the name finder: titles, streets, facilities, eponyms, relatives, public offices.

Written by hand and short, so that each entry can be read; the long lists of names and places are
``weights/lexicon.tsv``. All words are lower case without accents (``fold``). This module finds
nothing by itself.
"""

from __future__ import annotations

import unicodedata


def fold(word: str) -> str:
    """Lower case, without accents: ``"Šušulić"`` gives ``"susulic"``."""
    if word.isascii():
        return word.lower()
    parts = unicodedata.normalize("NFKD", word.lower())
    bare = "".join(c for c in parts if not unicodedata.combining(c))
    return bare.replace("ø", "o").replace("ł", "l").replace("ß", "ss").replace("æ", "ae")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


TITLES = _words(
    "mr mrs ms miss mx master dr drs doctor prof professor sir dame lady lord rev reverend fr father"
    " sister rabbi imam pastor nurse matron sgt lt capt col maj herr frau fru mme mlle monsieur madame"
    " senor senora sr sra dott dottoressa signor signora mevrouw meneer hr pan pani judge officer"
)
"""Words that stand before a name; some of them ("father", "sister") are also ordinary words."""

CREDENTIALS = _words(
    "md do phd rn np pa pac dnp aprn frcp mrcp frcs mbbs mbchb dds dmd dpm pharmd rd lcsw msw pt dpt ot"
    " ccc slp crna facs facp bsn msn lpn cnm psyd fnp arnp facc cnp ms"
)

STREETS = _words(
    "street st road rd avenue ave av lane ln drive dr boulevard blvd court ct place pl way terrace ter"
    " circle cir highway hwy parkway pkwy square sq close crescent cres gardens grove mews row alley"
    " trail path pike turnpike loop plaza walk hill rise view mill bend crossing point ridge run quay"
    " strasse str platz weg allee gasse rue avenida calle carrer via viale piazza rua travessa corso"
    " plein laan straat gade vej vagen gatan gata gate vei katu tie ulica ulice ul utca ut prospekt"
    " chemin impasse quai paseo camino rynek aleja mount parade esplanade broadway freeway route"
)

UNITS = _words(
    "apt apartment suite ste unit floor fl flat room rm box po p.o bldg building lot # no"
)

FACILITY_WORDS = _words(
    "hospital hospitals hosp infirmary clinic clinics center centre medical health healthcare hospice"
    " sanatorium polyclinic surgery practice rehabilitation rehab nursing home manor lodge institute"
    " institution university college school academy elementary kindergarten preschool daycare church"
    " parish mosque temple synagogue inc ltd llc gmbh corp corporation company plc ag sa bv oy ab"
    " group holdings industries partners associates bank foundation trust department laboratories"
    " labs pharmacy prison jail shelter barracks airlines factory mill works library museum hotel"
    " restaurant memorial general regional county community veterans va mercy klinik klinikum"
    " krankenhaus hopital hospitalier policlinico ospedale ziekenhuis sygehus sjukhus"
)

RELATIVES = _words(
    "mother father mom mum dad daddy mommy husband wife spouse partner son daughter brother sister aunt"
    " uncle niece nephew cousin grandmother grandfather grandson granddaughter grandma grandpa"
    " granny stepmother stepfather stepson stepdaughter fiance fiancee boyfriend girlfriend guardian"
    " caregiver carer neighbor neighbour roommate twin sibling friend parent mother-in-law"
)

CLINICAL_HEADS = _words(
    "disease diseases syndrome syndromes sign signs test tests score scale scales index criteria"
    " classification palsy cyst cysts catheter catheters tube tubes procedure operation repair chorea"
    " ataxia dementia anemia anaemia lymphoma sarcoma tumor tumour tumors tumours carcinoma cancer"
    " contracture fracture fractures dystrophy disorder stain staining reflex reflexes maneuver"
    " manoeuvre phenomenon node nodes nodule nodules esophagus oesophagus ulcer ulcers thyroiditis"
    " gangrene arteritis nephritis encephalopathy aphasia area breathing respiration respirations"
    " triad pentad law angle line drain drains pouch pouches valve graft flap incision position"
    " lobe duct ducts gland glands canal ligament tendon body bodies ring rings fissure space triangle"
    " stage staging grade grading grades gleason equation formula regimen protocol ratio method"
    " technique suture sutures clamp retractor forceps dressing brace bandage splint collar cast"
    " prosthesis nail rod wire frame traction lines plaque plaques spots nevus naevus melanoma"
    " granulomatosis vasculitis purpura macroglobulinemia deformity deformities osteodystrophy"
    " nail-patella hernia diverticulum murmur murmurs pulse pulses sounds fever rash lesion lesions"
    " lesson effect reaction phenotype antigen virus bacillus cells cell membrane capsule space"
    " shunt fistula tear tears lesions anastomosis loop resection gastrectomy duodenectomy positive"
    " negative stable exam examination assessment sampling amputation fasciitis"
)
"""What follows an eponym: "Wilson disease", "Baker's cyst", "Foley catheter"."""

EPONYMS = _words(
    "parkinson parkinsons alzheimer alzheimers crohn crohns hodgkin hodgkins graves hashimoto hashimotos"
    " apgar glasgow babinski whipple foley kussmaul down downs turner klinefelter marfan ehlers danlos"
    " wilson wilsons baker bakers addison addisons cushing cushings conn conns huntington huntingtons"
    " tourette tourettes guillain barre bell bells raynaud raynauds sjogren sjogrens behcet behcets"
    " kawasaki takayasu wegener churg strauss paget pagets bowen bowens barrett barretts meckel hirschsprung"
    " mallory weiss zenker zollinger ellison cheyne stokes biot adams romberg rinne weber"
    " phalen tinel finkelstein quervain dupuytren colles smith pott potts galeazzi monteggia bennett"
    " lisfranc jones charcot homan homans murphy murphys mcburney rovsing kernig brudzinski chvostek"
    " trousseau virchow cullen grey turner kehr lachman mcmurray thomas trendelenburg allen hoffman"
    " hoffmann lhermitte horner argyll robertson marcus gunn adie brown sequard wallenberg weber"
    " broca wernicke korsakoff creutzfeldt jakob pick lewy friedreich duchenne becker kugelberg"
    " werdnig lambert eaton chagas hansen lyme weil reiter reye kaposi burkitt ewing wilms"
    " ewings gleason breslow clark child pugh ranson wells killip braden norton barthel karnofsky"
    " snellen tanner bishop ballard silverman cobb salter harris garden gustilo ann arbor duke dukes"
    " jones centor schilling coombs gram wright giemsa ziehl neelsen papanicolaou pap mantoux heaf"
    " dix hallpike epley valsalva heimlich credé leopold swan ganz hickman broviac tenckhoff"
    " jackson pratt penrose blake kocher roux billroth nissen heller ivor lewis hartmann lichtenstein"
    " bassini shouldice mcvay pfannenstiel lanz fontan glenn norwood blalock taussig mustard ross"
    " bentall maze cox yankauer macintosh miller magill guedel ambu kirschner ilizarov thompson"
    " austin moore ringer ringers lactated hartmanns hodgkinson osgood schlatter perthes legg calve"
    " scheuermann sever kohler freiberg osler janeway roth heberden bouchard koplik forchheimer"
    " bitot cooley fanconi gaucher niemann tay sachs fabry pompe mcardle gilbert gilberts crigler"
    " dubin rotor budd chiari caroli peyronie fournier bartholin fallopian fallot ebstein eisenmenger"
    " brugada romano ward wolff parkinson white wenckebach mobitz bruce dressler prinzmetal"
    " goodpasture goodpastures berger alport bartter gitelman liddle henoch schonlein schönlein"
    " stevens johnson lyell gottron nikolsky auspitz koebner wood woods hutchinson mcroberts"
    " sheehan asherman meig meigs nabothian kegel doppler holter hounsfield purkinje golgi"
    " meniere menieres treacher collins pierre robin prader willi angelman rett asperger"
    " munchausen waldenstrom felty still stills caplan plummer vinson pancoast lemierre ludwig"
    " vincent ramsay hunt tolosa cotard capgras beck hamilton young edinburgh montgomery asberg"
    " folstein fisher richter mohs monro langerhans lieberkuhn brunner peyer kupffer oddi"
    " winslow douglas morison calot hesselbach scarpa gerota buck colle bankart hill sachs"
    " neer hawkins speed yergason apley ober faber patrick gaenslen thessaly spurling adson"
    " barlow ortolani galant moro landau perthes simmonds kleihauer betke apt jarisch herxheimer"
    " loeffler hamman rich lown ganong levine wells geneva brodie morton mortons sudeck volkmann"
    " cowden gardner peutz jeghers lynch li fraumeni hippel lindau sturge recklinghausen"
    " nightingale kaplan meier mann whitney bland altman cochran mantel haenszel kruskal wallis"
    " bonferroni cohen pearson spearman wilcoxon cox student fisher bradford delphi likert"
    " dix hallpike boston toronto ottawa rotterdam vancouver milan lugano barcelona rome tokyo montreal"
    " chicago philadelphia framingham baltimore helsinki oxford cambridge hurley dukes wagner rutherford"
    " fontaine forrest rockall blatchford hinchey bosniak spetzler hess fazekas schirmer amsler"
)
"""Names of people and places that are clinical terms; only with a clinical context."""

BARE_EPONYMS = _words(
    "parkinson parkinsons alzheimer alzheimers crohn crohns hodgkin hodgkins hashimoto hashimotos apgar"
    " babinski kussmaul foley romberg kernig brudzinski doppler holter gleason barthel karnofsky"
    " tourette tourettes raynaud raynauds sjogren sjogrens behcet lyme valsalva trendelenburg"
    " wernicke korsakoff babinskis ringer ringers mantoux lachman mcmurray phalen tinel mcburney"
    " snellen apgars hoffmann chvostek trousseau coombs gram giemsa asperger aspergers purkinje"
    " kaposi burkitt marfan klinefelter huntington huntingtons cushings addisons downs"
    " kocher nissen pfannenstiel lichtenstein hickman yankauer braden heberden bouchard koplik heimlich"
    " kegel kegels billroth epley fournier bartholin mohs menieres meniere wilms ewings"
)
"""Eponyms that stand alone: "Foley in place", "Romberg negative"; a title before makes a name."""

COUNTRIES_EXTRA = _words(
    "usa us uk england english scotland wales america british american canada ireland europe africa asia"
    " hispanic african caucasian nepal afghan"
)

PUBLIC_OFFICES = (
    "mayor|deputy mayor|senator|congressman|congresswoman|member of parliament|governor|lieutenant"
    " governor|ambassador|consul general|chief of police|police chief|fire chief|sheriff|district"
    " attorney|attorney general|supreme court justice|judge|magistrate|president|vice president|prime"
    " minister|minister|bishop|archbishop|cardinal|rabbi|imam|pastor|headmaster|headmistress"
    "|(?:high |elementary |middle )?school principal|superintendent|chancellor|provost|dean|ceo|cfo|coo"
    "|chief executive(?: officer)?|general|admiral|astronaut|olympic [a-z]+|professional [a-z]+ player"
    "|(?:tv|television|news|radio) (?:anchor|presenter|host|reporter)|anchorman|anchorwoman|weatherman"
    "|film (?:director|star|actor)|movie star|(?:famous|well-known|celebrated|renowned) [a-z]+"
    "|concert (?:pianist|violinist)|opera singer|city council(?:man|woman| member)|county"
    " commissioner|postmaster|harbou?r ?master|lighthouse keeper|medical examiner|coroner|poet laureate"
)
"""Offices and trades so few people hold in one place that they point to a person."""
