"""Prompts of real questions with the passages that an index has for them, for the other scripts."""

from __future__ import annotations

from rag.answering.evidence import choose_evidence
from rag.answering.prompt import fit, system_prompt, user_prompt
from rag.models.generator import Message
from rag.retrieval import Retriever

PASSAGES = 8
ROOM = 2400
"""Tokens for the passages; one is taken for four characters, so that all models read the same."""
QUESTIONS = (
    "Does aspirin prevent a first heart attack?",
    "What are the symptoms of pertussis in adults?",
    "Which drugs cause agranulocytosis?",
    "Is metformin safe in chronic kidney disease?",
    "How is giant cell arteritis diagnosed?",
    "Does vitamin D reduce the risk of fractures?",
    "Which gene is mutated in cystic fibrosis?",
    "Do statins increase the risk of diabetes?",
    "What is the first-line treatment of status epilepticus?",
    "Are proton pump inhibitors associated with pneumonia?",
    "How long is measles contagious?",
    "Does early mobilisation after stroke improve outcome?",
    "What causes hyponatraemia in the elderly?",
    "Is thyroid function altered by amiodarone?",
    "Which antibodies are found in systemic lupus erythematosus?",
    "Does smoking worsen multiple sclerosis?",
    "What is the mechanism of action of rituximab?",
    "How effective is the influenza vaccine in older adults?",
    "Are beta blockers useful in heart failure?",
    "What are the side effects of isotretinoin?",
    "Does bariatric surgery cure type 2 diabetes?",
    "Which test confirms coeliac disease?",
    "Is cognitive behavioural therapy effective for insomnia?",
    "What is the role of microRNA in breast cancer?",
    "Can Zika virus be transmitted sexually?",
    "Does cranberry juice prevent urinary tract infection?",
    "What are the complications of sickle cell disease?",
    "Is dexamethasone of benefit in bacterial meningitis?",
    "Which biomarkers predict preeclampsia?",
    "How does warfarin interact with antibiotics?",
    "Do probiotics shorten acute diarrhoea in children?",
    "What is known of the genetics of Parkinson's disease?",
)


def real_prompts(index: str, count: int, passages: int = PASSAGES) -> list[list[Message]]:
    """Return the prompt of each of the first ``count`` questions, as ``ask`` would write it."""
    retriever = Retriever.open(index)
    prompts = []
    for question in QUESTIONS[:count]:
        hits = retriever.search(question, 2 * passages)
        evidence = choose_evidence(hits, limit=passages)
        blocks = fit(evidence, ROOM, lambda text: len(text) // 4)
        system = system_prompt("clinician", "medium")
        prompts.append([Message("system", system), Message("user", user_prompt(question, blocks))])
    retriever.close()
    return prompts


def passages_of(index: str, count: int) -> list[str]:
    """Return up to ``count`` passages that an index has for the questions, each once."""
    retriever = Retriever.open(index)
    found: dict[str, None] = {}
    for hits in retriever.search_many(QUESTIONS, -(-count // len(QUESTIONS)), mode="lexical"):
        found.update(dict.fromkeys(hit.passage.text for hit in hits))
    retriever.close()
    return list(found)[:count]
