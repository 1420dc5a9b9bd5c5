"""An everyday name and the literature's name for one thing."""

from rag.claims.foreign import foreign
from rag.claims.lay_terms import entries, same_thing


def test_an_everyday_name_stands_for_the_other_and_back():
    assert same_thing("A nosebleed stops soon.", "Epistaxis stops soon.") == {"nosebleed"}
    assert same_thing("Epistaxis stops soon.", "Nosebleeds stop soon.") == {"epistaxis"}
    assert same_thing("A nosebleed stops soon.", "Tinnitus stops soon.") == frozenset()


def test_a_name_of_several_words_counts_as_a_whole():
    asked = "It caused ringing in the ears."
    assert same_thing(asked, "It caused tinnitus.") >= {"ringing", "ears"}
    assert "ears" not in same_thing("It harmed the ears.", "It caused tinnitus.")


def test_what_is_the_same_thing_is_not_foreign():
    assert foreign("A nosebleed stops soon.", "Epistaxis stops soon.") == ()
    assert foreign("A nosebleed stops soon.", "Tinnitus stops soon.") == ("nosebleed",)


def test_every_entry_has_both_sides():
    assert all(entry.lay and entry.medical and entry.group for entry in entries())
