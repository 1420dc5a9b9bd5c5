"""Saved conversations: de-identified, for the owner alone, whole lines only."""

import json
import os
import stat

import pytest

from rag.conversation import Turn
from rag.conversation_store import Conversation, SavedTurn, conversations_dir, saved_turn
from rag.errors import UsageError
from rag.privacy import redact
from rag.types import Answer, Article, Reference, Statement

SSN = "078-05-1120"


def answer(*ids, text="Metformin reduced body weight."):
    return Answer(
        question="?",
        status="answered",
        statements=(Statement(text, ()),),
        references=tuple(Reference(n, Article(i, "A title"), 2) for n, i in enumerate(ids, 1)),
        conflicts=(),
    )


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return tmp_path / "data"


def turn(text="Does metformin help?"):
    return saved_turn(Turn(text, text), answer("pmid:1"))


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_it_is_for_the_owner_alone_whatever_was_there(home):
    before = os.umask(0)
    try:
        conversations_dir().mkdir(parents=True, mode=0o777)
        saved = Conversation.new()
        saved.append(turn())
    finally:
        os.umask(before)
    assert (mode(saved.path), mode(saved.path.parent)) == (0o600, 0o700)
    assert saved.path.parent == home / "medlit" / "conversations"


def test_identifiers_are_not_written(home):
    saved = Conversation.new()
    asked = f"Is metformin safe for Mr. John Example, ssn {SSN}?"
    made = saved_turn(
        Turn("and in pregnancy?", asked, "in pregnancy"),
        answer("pmid:12", "note:7", "doi:10.1/x", "id:ward-3", text=f"Seen in ssn {SSN}."),
    )
    saved.append(made)
    text = saved.path.read_text()
    assert SSN not in text
    assert "Example" not in text
    row = json.loads(text)
    assert row["references"] == ["pmid:12", "doi:10.1/x"]
    assert row["question"].startswith("Is metformin safe for Mr. [NAME-1]")
    assert SSN not in saved.path.name


def test_only_redacted_text_can_be_written(home):
    with pytest.raises(TypeError, match="only a Redacted"):
        SavedTurn("text", redact("a"), redact("b"), redact("c"), "answered")
    with pytest.raises(TypeError, match="SavedTurn"):
        Conversation.new().append({"asked": "text"})
    assert not home.exists()


def test_it_goes_on_where_it_stopped(home):
    saved = Conversation.new()
    assert saved.turn() is None
    saved.append(turn("Is metformin safe?"))
    saved.append(
        saved_turn(Turn("in children?", "Is metformin safe in children?", "in children"), answer())
    )
    assert Conversation.last().path == saved.path
    with saved.path.open("a") as file:
        file.write('{"asked": "cut')  # a full disk
    assert Conversation.last().turn() == Turn(
        "in children?", "Is metformin safe in children?", "in children"
    )


def test_the_last_one_is_the_one_written_last(home):
    old, new = Conversation.new(), Conversation.new()
    new.append(turn())
    old.append(turn())
    os.utime(new.path, (1, 1))
    assert Conversation.last().path == old.path


def test_what_is_missing_or_no_conversation_is_said(home):
    with pytest.raises(UsageError, match="medlit chat --save"):
        Conversation.last()
    conversations_dir().mkdir(parents=True)
    (conversations_dir() / "x.jsonl").write_text("[1, 2]\n")
    with pytest.raises(UsageError, match="is no conversation"):
        Conversation.last().turn()


@pytest.mark.skipif(not hasattr(os, "O_NOFOLLOW"), reason="this system has no O_NOFOLLOW")
def test_a_link_is_not_followed(home, tmp_path):
    conversations_dir().mkdir(parents=True)
    saved = Conversation.new()
    saved.path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="symbolic link"):
        saved.append(turn())
    assert not (tmp_path / "elsewhere").exists()
