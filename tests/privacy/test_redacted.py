"""``Redacted``: nobody but ``redact`` makes one, and nothing of it shows by accident."""

from __future__ import annotations

import copy
import pickle
from dataclasses import replace

import pytest

from rag.errors import PrivacyError
from rag.privacy import Redacted, redact
from rag.privacy.redacted import Published, is_published, require_redacted
from rag.types import Article, Section

SSN = "078-05-1120"
TEXT = f"The record says SSN {SSN} and nothing else."


def test_the_identifier_is_gone_and_counted():
    made = redact(TEXT)
    assert SSN not in made.text
    assert made.replaced == 1
    assert made.text.endswith("and nothing else.")
    assert redact("Does honey help against cough?").text == "Does honey help against cough?"
    assert redact("Does honey help against cough?").replaced == 0


@pytest.mark.parametrize("seal", [None, object(), "seal"], ids=["none", "object", "str"])
def test_the_constructor_is_closed(seal):
    with pytest.raises(TypeError, match=r"redact\(text\) alone"):
        Redacted(TEXT, 0, seal)


def test_it_has_no_subclass():
    with pytest.raises(TypeError, match="no subclasses"):
        type("Forged", (Redacted,), {})


def test_one_made_around_the_constructor_holds_no_text():
    with pytest.raises(AttributeError):
        _ = Redacted.__new__(Redacted).text


def test_it_does_not_change():
    made = redact(TEXT)
    for name in ("text", "_text", "other"):
        with pytest.raises(AttributeError):
            setattr(made, name, TEXT)
    with pytest.raises(AttributeError):
        del made._text
    assert copy.copy(made) is made
    assert copy.deepcopy(made) is made


def test_no_word_shows_by_accident():
    made = redact("Fever in a child.")
    assert "Fever" not in repr(made)
    assert "Fever" not in repr([made])
    for show in (str, "{}".format, "{!s}".format, lambda m: f"{m}", lambda m: "%s" % m):  # noqa: UP031
        with pytest.raises(TypeError, match="no str"):
            show(made)
    with pytest.raises(TypeError):
        pickle.dumps(made)
    assert not isinstance(made, str)


@pytest.mark.parametrize(
    "text", [None, b"fever", 3, redact("fever")], ids=lambda t: type(t).__name__
)
def test_only_text_is_redacted(text):
    with pytest.raises(TypeError, match="takes a str"):
        redact(text)


def test_what_is_required_is_a_redacted():
    made = redact(TEXT)
    assert require_redacted(made) is made
    for value in (TEXT, TEXT.encode(), None, [made]):
        with pytest.raises(TypeError) as refused:
            require_redacted(value)
        assert SSN not in str(refused.value)


def test_hidden_characters_do_not_cut_an_identifier_in_two():
    cut = SSN.replace("-", "\u200b-\u2060")
    assert SSN not in redact(f"SSN {cut} is known.").text.replace("\u200b", "")
    assert redact(f"SSN {cut} is known.").replaced == 1


ARTICLE = Article(
    id="pmid:123",
    title="A trial",
    sections=(Section(text="Mr. Example of Sampletown lived 12 years. See [3]."),),
)


def quoting(before: str, quote: str, after: str, article: Article = ARTICLE):
    span = Published(len(before), len(before) + len(quote), article)
    return redact(f"{before}{quote}{after}", [span])


def test_published_text_stays_and_all_around_it_does_not():
    quote = "Mr. Example of Sampletown lived 12 years."
    made = quoting(f"SSN {SSN} before <", quote, f"> and SSN {SSN} after")
    assert f"<{quote}>" in made.text
    assert SSN not in made.text
    assert made.replaced == 2


def test_a_quotation_holds_only_words_of_its_article():
    with pytest.raises(PrivacyError, match="words that the article does not") as refused:
        quoting("a ", f"Mr. Example {SSN}", " b")
    assert SSN not in str(refused.value)


@pytest.mark.parametrize(
    ("article", "public"),
    [
        (ARTICLE, True),
        (replace(ARTICLE, id="doi:10.1000/x.1"), True),
        (replace(ARTICLE, id="nct:NCT01234567"), True),
        (replace(ARTICLE, id="id:7"), False),
        (replace(ARTICLE, id="id:7", doi="10.1000/x.1"), True),
        (replace(ARTICLE, id="id:7", pmcid="PMC12"), True),
        (replace(ARTICLE, id="hash:00ff"), False),
        (replace(ARTICLE, id="note:7"), False),
        (replace(ARTICLE, id="note:7", doi="10.1000/x.1"), False),
        (replace(ARTICLE, subject="10006"), False),
        (replace(ARTICLE, encounter="142345"), False),
        (replace(ARTICLE, id="pmid:"), False),
    ],
    ids=lambda v: v.id + v.doi + v.pmcid + v.subject if isinstance(v, Article) else str(v),
)
def test_what_is_published(article, public):
    assert is_published(article) is public
    if not public:
        with pytest.raises(PrivacyError, match="not published"):
            quoting("", "A trial", "", article)


def test_spans_are_in_order_and_inside():
    text = "A trial A trial"
    for spans in ([(8, 15), (0, 7)], [(0, 7), (5, 9)], [(0, 99)], [(7, 0)]):
        with pytest.raises(PrivacyError, match="overlap or end outside"):
            redact(text, [Published(a, b, ARTICLE) for a, b in spans])


def test_the_place_holder_cannot_be_typed():
    made = quoting("a \ue000 b ", "A trial", " \ue000c")
    assert made.text == "a  b A trial c"
