"""Languages told by their characters."""

from __future__ import annotations

import pytest

from rag.languages import english_form, language_note, script_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("我发烧咳嗽", "zh"),
        ("我發燒咳嗽", "zh"),
        ("COVID-19疫苗对孕妇安全吗", "zh"),
        ("HbA1c 和 metformin 的关系", "zh"),
        ("熱があって咳が出ます", "ja"),
        ("インフルエンザの症状", "ja"),
        ("발열과 기침", "ko"),
        ("I have a fever and a cough", None),
        ("What does the Chinese herb 黄连 (Huang Lian) do in patients with diabetes?", None),
        ("Fieber und Husten", None),
        ("лихорадка и кашель", None),
        ("12 + 3 = ?", None),
        ("", None),
    ],
)
def test_language(text, language):
    assert script_language(text) == language


def test_note_for_japanese_and_korean_only():
    assert "looks Japanese" in language_note("熱があって咳が出ます")
    assert "looks Korean" in language_note("발열과 기침")
    assert [language_note(t) for t in ("我发烧", "Ich habe Fieber", "tengo tos", "")] == [""] * 4


@pytest.mark.parametrize("text", ["fever", "熱があります", "발열", "Fieber", ""])
def test_only_chinese_has_an_english_form(text):
    assert english_form(text) is None
