"""Ends of sentences in medical prose, and what of a text may reach a screen."""

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text import json_text, printable, sentences

LINES = """
Dose was 2.5 mg vs. 5 mg at night.| It worked.
Zinc vs. Placebo was compared in 40 adults.| No harm was seen.
Zinc was better (e.g. Zinc acetate) than none.
Some drugs, e.g., Aspirin and others, thin the blood.
One route, i.e. Intravenous infusion, was used.
One route, i.e., The vein, was used.
Smith et al. Found the same in 2009.
As Smith et al. (2009) reported, cough fell.
As reported by Smith et al. in 2009, cough fell.
This agrees with Smith et al.| The rest differs.
Dr. Brown treated the patient.| He recovered.
Prof. Green and Mrs. Black agreed.
See Fig. 2 for the curve.| It rises.
The curve (Fig. 2) rises.| It then falls.
Values are given in Figs. 3 and 4.
The dose was approx. 5 mg a day.
It took approx. Five days.
Patient no. 5 died.| Patient no. 6 lived.
Patients nos. 5 and 6 lived.
The answer was no.| The trial was stopped.
The risk fell by 0.5 points.| It rose later.
The difference was small (p = .05).| It was not pursued.
The odds ratio was .85 in men.
J. A. Smith wrote the report.| It was short.
The report by J. A. Smith was short.
S. aureus was found in 5 cultures.| E. coli was not.
Infection with E. coli was treated.| It cleared.
Treatment of C. difficile is hard.
Candida spp. were isolated from blood.
The drug was given i.v. at night.
The drug was given i.v.| Patients improved.
The drug was given q.d. for a week.
It was given b.i.d.| The dose was then halved.
It was given p.o. or s.c. for 3 days.
St. John's wort was compared with placebo.
St. John and St. Mary hospitals took part.
The cough lasted ... and then stopped.
Wait… the cough stopped.
The U.S. population was studied.| It was large.
The U.S. Food and Drug Administration approved it.
Data came from the U.S.| The trial ran for 2 years.
The U.K. Biobank was used.
Version 2.1.3 of the tool was used.| It failed.
SPSS v. 20.0 was used.| Tests were two-sided.
Codes of ICD-10 J45.9 were counted.
Patients took 5 mg.| Patients then rested.
Patients had diabetes type 2.| The control group had none.
We gave vitamin D.| The levels rose.
They lacked vitamin C.| Scurvy followed.
Levels of factor V.| The rest was normal.
Was it safe?| It was.
It was safe!| All lived.
"It was safe."| All lived.
It was safe (all lived).| None died.
(It was safe.)| None died.
The mean was 5.3 ± 0.2 kg/m2.| The SD was 1.
Mean age was 54 yr.| Half were men.
The temp. was 38.5 °C.| It fell.
The max. dose was 5 mg.
Doses of min. 5 mg were used.
It was 5 vol. % in air.
Cf. Table 2 for details.
Ref. 12 gives the method.
The gene ABC1 vs. the gene DEF was cloned.
Mr. Jones, aged 54, had a fever.
Acme Inc. supplied the drug.| It was blinded.
Merck & Co. supplied the drug.
Approx. 20% of patients relapsed.
Cough (resp. Fever) was frequent.
At 10 a.m. patients ate.
It rose at 8 p.m.| The patient slept.
The study (ClinicalTrials.gov NCT01) was small.| It ended.
Table 2. shows the rest.
HbA1c fell by 1.1%.| LDL rose.
The study began on Jan. 5 and ended.
Hepatitis B.| It is common.
Streptococcus pneumoniae ser. 14 was found.
Mice were given 1.5 x 10.6 cells.
The ratio was 1:2.| It rose.
P. falciparum and P. vivax were seen.| Both cleared.
Patients vs. controls vs. others were compared.
Anti-D vs. no anti-D was studied.
Dr. A. B. Brown reported it.
The trial by Brown, A. B. was small.
It is known as vitamin B12.| The rest is not.
Mycobacterium bovis var. BCG was used.
Ph.D. students took part.
An M.D. degree was required.| All had one.
""".strip().split("\n")
"""A bar stands where a sentence ends; there is no other end in the line."""


@pytest.mark.parametrize("line", LINES)
def test_sentences_end_where_they_end(line):
    text = line.replace("|", "")
    assert [text[a:b] for a, b in sentences(text)] == [part.strip() for part in line.split("|")]


PIECES = st.lists(st.sampled_from([*LINES, "\n", " ", ". ", "(", "i.v. The", "vitamin C. A"]))


@given(PIECES.map("".join) | st.text())
def test_every_character_lies_in_one_sentence(text):
    spans = sentences(text)
    assert all(a < b and text[a:b] == text[a:b].strip() for a, b in spans)
    assert all(b <= c for (_, b), (c, _) in pairwise(spans))
    held = {i for a, b in spans for i in range(a, b)}
    assert all(c.isspace() for i, c in enumerate(text) if i not in held)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("a \x1b[31mred\x1b[0m word", "a red word"),
        ("x\x1b]0;new window title\x07y", "xy"),
        ("left\u202ethgir\u202c", "leftthgir"),
        ("zero\u200bwidth", "zerowidth"),
        ("two\nlines\tand a tab", "two lines and a tab"),
        ("\x9b2Jcleared", "cleared"),
        ("an escape alone \x1b", "an escape alone  "),
        ("β-blockers [1] ≥ 5 µg", "β-blockers [1] ≥ 5 µg"),
    ],
)
def test_what_steers_a_terminal_is_not_shown(raw, shown):
    assert printable(raw) == shown


@given(st.text())
def test_nothing_shown_is_a_control_character(text):
    assert not any(ord(c) < 32 or 127 <= ord(c) < 160 for c in printable(text))
    assert printable(printable(text)) == printable(text)


@given(st.text() | st.lists(st.text()))
def test_json_text_reads_back_and_shows_no_controls(value):
    for indent in (None, 2):
        shown = json_text(value, indent)
        assert json.loads(shown) == value
        assert not any(0x7F <= ord(c) < 0xA0 or (ord(c) < 32 and c != "\n") for c in shown)


def test_json_text_escapes_what_steers_a_terminal_and_keeps_letters():
    said = json_text({"é": "a\x9b31m\u202eb\u2066\x7f\x1b\u2028\ud800"})
    assert said == '{"é": "a\\u009b31m\\u202eb\\u2066\\u007f\\u001b\\u2028\\ud800"}'
