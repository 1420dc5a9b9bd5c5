# ruff: noqa: E501 - tables of expressions and texts are read by the line
"""Structured identifiers: what is found, and which clinical numbers stay."""

from __future__ import annotations

import time

import pytest

from rag.privacy.kinds import KINDS
from rag.privacy.patterns import structured
from rag.privacy.patterns_ids import iban, luhn

FOUND = """
date|seen 2019-03-12T14:05|2019-03-12
date|12/03/2019|12/03/2019
date|am 3.4.19 war|3.4.19
date|the 3rd of March 2019|3rd of March 2019
date|since Mar '19|Mar '19
date|seen on 12/3|12/3
date|3/14: Seen in clinic|3/14
date|f/u w/ Dr. Roe 3/28 @ 2pm|3/28
phone|+44 (0)20 7946 0958 / 020 7946 0999.|020 7946 0999
licence|driver lic. S530-4607-8123|S530-4607-8123
other_id|Portal user: maryob52|maryob52
date|on Tuesday, March 3, at 5|Tuesday, March 3
date|03MAR2019|03MAR2019
date|le 3 mars 2019|3 mars 2019
date|2019年3月12日|2019年3月12日
date|March third, two thousand nineteen|March third, two thousand nineteen
date|in March she|March
date|Christmas Day 2018|Christmas Day 2018
date|l2/O3/2019|l2/O3/2019
date|12 / 03 / 2019|12 / 03 / 2019
date|DOB: 120550|120550
age|a 94yo man|94
age|a ninety-two-year-old|ninety-two
age|age: 93|93
age|in her nineties|in her nineties
phone|call (212) 555-0147 x12|(212) 555-0147 x12
phone|+44 20 7946 0958|+44 20 7946 0958
phone|01 23 45 67 89|01 23 45 67 89
phone|555 - 12 34|555 - 12 34
phone|pager 12345|12345
fax|Fax: 212-555-0199|212-555-0199
email|ann.example@example.com|ann.example@example.com
email|ann dot example at example dot com|ann dot example at example dot com
ssn|SSN 123-45-6789|123-45-6789
record|MRN: AB-123456|AB-123456
record|Accession # S19-12345|S19-12345
record|Visit No. 4471|4471
plan|Policy # XYZ123456|XYZ123456
account|DE89 3704 0044 0532 0130 00|DE89 3704 0044 0532 0130 00
account|4111 1111 1111 1111|4111 1111 1111 1111
licence|DEA AB1234563|AB1234563
vehicle|plate: ABC 1234|ABC 1234
vehicle|1HGCM82633A004352|1HGCM82633A004352
device|serial number PJN123456S|PJN123456S
url|www.example.org/a|www.example.org/a
ip|192.168.1.12|192.168.1.12
ip|fe80::1ff:fe23:4567:890a|fe80::1ff:fe23:4567:890a
ip|00:1A:2B:3C:4D:5E|00:1A:2B:3C:4D:5E
address|Springfield, IL 62704-1234|62704-1234
address|SW1A 1AA|SW1A 1AA
other_id|username: aexample|aexample
other_id|scan_example_20190312.pdf|scan_example_20190312.pdf
"""
STAYS = """BP 120/80, HR 92|5/5 strength|T 38.5|1/2 tablet|24/7|q 12 h|C5/6|pain 3/10|risk 1/2000|4/6 murmur
T1N0M0|WBC 12.3 Plt 250000|vitamin B12 5MG|PMID: 12345678|NCT01234567|doi:10.1056/NEJMoa123|ICD-10 E11.9
CPT 99213|Na 140 K 4.1 Cl 102|500-1000 mg|pH 7.35/45/80|GSK1120212|1500000 copies/mL|went home.in the
over 90 years old|94 kg|age 45-92|case 2 was|group 3 patients|Christmas disease|in 2019|2015-2019
N Engl J Med 2010;363:733-742|5-10-15 mg|may 3 times|1-0-1|SpO2 94%|aged 67|[NAME-1] and [DATE-2]
smoked since 2019|casein 12345 g|the caseload 1200|CPR 2015 guidelines|NHS 2019 plan"""


@pytest.mark.parametrize("line", FOUND.strip().splitlines())
def test_found_whole_and_of_its_kind(line):
    kind, text, value = line.split("|")
    found = structured(text)
    assert (kind, value) in {(i.kind, i.text) for i in found}
    assert all(text[i.start : i.end] == i.text and i.kind in KINDS for i in found)


@pytest.mark.parametrize("text", [t for line in STAYS.splitlines() for t in line.split("|")])
def test_clinical_numbers_stay(text):
    assert structured(text) == []


def test_check_digits():
    assert luhn("4111 1111 1111 1111")
    assert not luhn("4111 1111 1111 1112")
    assert not luhn("0000 0000 0000 0000")
    assert iban("DE89 3704 0044 0532 0130 00")
    assert not iban("DE88 3704 0044 0532 0130 00")


@pytest.mark.parametrize("piece", ["1 ", "a.", "1-", "@", "A", " ", "(1)", "May ", "1/", ":", "0"])
def test_time_is_linear_in_the_length(piece):
    def seconds(length):
        text = piece * (length // len(piece))
        best = 1e9
        for _ in range(2):
            start = time.process_time()
            structured(text)
            best = min(best, time.process_time() - start)
        return best

    # quadratic time would be sixteen times as long
    assert seconds(40_000) < 9 * seconds(10_000) + 0.2
