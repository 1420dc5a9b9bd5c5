"""The table of emergencies, in the order in which their notices are given."""

from __future__ import annotations

from dataclasses import replace

from rag.answering.redflags.entry import RedFlag
from rag.answering.redflags.table_belly import BELLY_FLAGS
from rag.answering.redflags.table_brain import BRAIN_FLAGS
from rag.answering.redflags.table_chest import CHEST_FLAGS
from rag.answering.redflags.table_general import GENERAL_FLAGS
from rag.answering.redflags.table_measured import MEASURED, MEASURED_FLAGS

RED_FLAGS: tuple[RedFlag, ...] = (
    *(
        replace(flag, ways=(*flag.ways, *MEASURED.get(flag.name, ())))
        for flag in (*CHEST_FLAGS, *BRAIN_FLAGS, *GENERAL_FLAGS, *BELLY_FLAGS)
    ),
    *MEASURED_FLAGS,
)
