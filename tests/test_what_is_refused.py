"""Asked of a small index with the embedded model: what is refused, and what must not be."""

import json

import pytest

from rag.assistant import Assistant
from rag.errors import UsageError
from rag.index.builder import ingest

TEXTS = {
    "Honey for cough": "Honey reduced night cough in children aged one to five years.",
    "Zinc and colds": "Zinc lozenges shortened the common cold by two days in adults.",
    "Metformin": "Metformin lowers blood glucose in type 2 diabetes and causes diarrhoea.",
    "Scurvy": "Scurvy is caused by lack of vitamin C. Its signs are bleeding gums and bruises.",
    "Imatinib": "Imatinib inhibits the BCR-ABL tyrosine kinase in chronic myeloid leukaemia.",
    "Cystic fibrosis": "Cystic fibrosis is caused by mutations of the CFTR gene.",
    "Gout": "Drugs for gout include allopurinol, febuxostat and colchicine.",
    "Measles": "Measles vaccine prevents measles and does not cause autism in children.",
    "Stroke": "Aspirin reduces the risk of a second ischaemic stroke.",
    "Lithium": "Lithium did not slow amyotrophic lateral sclerosis in a randomised trial.",
    "Sleep": "Adults who slept less than six hours had higher blood pressure.",
    "Malaria": "Malaria is transmitted by Anopheles mosquitoes that bite at night.",
}
NOISE = (
    "asdf qwer", "asdf qwerty zxcv uiop", "lorem ipsum dolor sit amet", "xyzzy plugh", "aaaaaaaa",
    "blah blah blah", "foo bar baz qux", "1234567890", "42", "....", "?!?!?!", "---", "🙂🙂🙂",
    "💊❓", "the of and to", "what is it?", "why?", "hello", "a", "\u200b?",
    "who won the world cup in 2014", "best pizza in Rome", "What is the capital of France?",
    "How do I change a bicycle tyre?", "Who wrote Don Quixote?", "Which planet is the largest?",
    "How tall is the Eiffel tower?", "What time does the train to Munich leave?",
    "How do I sort a list in Python?", "Is the stock market open today?",
    "Who is the president of Brazil?", "What is the square root of 144?",
    "Recommend me a science fiction film.", "How many strings has a guitar?",
    "When did the Roman empire fall?", "What is the exchange rate of the yen?",
    "Translate good morning to Swedish.", "Which phone has the best camera?",
    "Will it rain in Lisbon tomorrow?", "How do I bake sourdough bread?",
    "What is the offside rule in football?", "Who painted the Mona Lisa?",
    "Where can I park in Vienna?", "Tell me a joke about lawyers.",
    "Does zorbitol inhibit the kinase QXR-77?", "Which gene is mutated in Blarney syndrome?",
    "What is the target of zorbitol?", "What are the symptoms of Blarney syndrome?",
    "What is the mechanism of action of zorbitol?",
)  # fmt: skip
ANSWERED = (
    "Does honey reduce night cough in children?", "Is honey good for cough in children?",
    "Do zinc lozenges shorten the common cold?", "What does metformin do to blood glucose?",
    "What causes scurvy?", "What are the signs of scurvy?", "What is the target of imatinib?",
    "Which enzyme is inhibited by imatinib?", "How does imatinib work?", "How is gout treated?",
    "Which gene is mutated in cystic fibrosis?", "List drugs for gout.",
    "Does measles vaccine cause autism?", "Does aspirin reduce the risk of stroke?",
    "Does lithium slow amyotrophic lateral sclerosis?", "How is malaria transmitted?",
    "Which mosquitoes transmit malaria?",
)  # fmt: skip

pytestmark = pytest.mark.model


def write(folder, texts):
    folder.mkdir()
    rows = [
        {"_id": str(n), "title": title, "text": text}
        for n, (title, text) in enumerate(texts.items(), start=1)
    ]
    (folder / "corpus.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return folder / "corpus.jsonl"


@pytest.fixture(scope="module")
def embedder():
    from rag.models.embedder import load_embedder

    return load_embedder("minilm", "cpu")


@pytest.fixture(scope="module")
def assistant(tmp_path_factory, embedder):
    place = tmp_path_factory.mktemp("refused")
    ingest([write(place / "in", TEXTS)], place / "ix", embedder)
    opened = Assistant.open(place / "ix", generator="extractive", embedder=embedder)
    yield opened
    opened.close()


@pytest.mark.parametrize("mode", ["hybrid", "lexical"])
def test_noise_and_other_subjects_are_refused(assistant, mode):
    answered = []
    for question in NOISE:
        done = assistant.ask(question, mode=mode)
        if done.status == "answered" or done.statements or done.direct:
            answered.append(question)
    assert answered == []


@pytest.mark.parametrize("mode", ["hybrid", "lexical"])
def test_what_the_literature_says_is_answered(assistant, mode):
    refused = [q for q in ANSWERED if assistant.ask(q, mode=mode).status != "answered"]
    assert refused == []


@pytest.mark.parametrize(
    ("question", "says"), [("", "empty"), ("  \n", "empty"), ("pain " * 20_000, "100,000")]
)
def test_no_question_and_a_document_are_usage_errors(assistant, question, says):
    with pytest.raises(UsageError, match=says):
        assistant.ask(question)


def test_an_unknown_length_is_named(assistant):
    with pytest.raises(UsageError, match="short, medium or long"):
        assistant.ask("Does honey reduce cough?", length="endless")


@pytest.mark.parametrize("mode", ["hybrid", "lexical"])
def test_two_plain_texts_that_answer_word_for_word(tmp_path, embedder, mode):
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "one.txt").write_text("Willow bark eases back pain\n", encoding="utf-8")
    (folder / "two.txt").write_text("Ginger settles nausea in pregnancy.\n", encoding="utf-8")
    ingest([folder], tmp_path / "ix", embedder)
    opened = Assistant.open(tmp_path / "ix", generator="extractive", embedder=embedder)
    for question, words in (
        ("Does willow bark ease back pain?", "Willow bark eases back pain"),
        ("What settles nausea in pregnancy?", "Ginger settles nausea in pregnancy."),
    ):
        done = opened.ask(question, mode=mode)
        assert [s.text for s in done.statements] == [words]
    opened.close()


def test_longer_answers_hold_the_shorter(assistant):
    question = "What reduces cough, colds or stroke?"
    counts = [
        len(assistant.ask(question, length=n).statements) for n in ("short", "medium", "long")
    ]
    assert counts == sorted(counts)
