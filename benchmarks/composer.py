"""The weights that choose sentences and say yes or no, fitted again.

    python benchmarks/composer.py --data ../shared/data/bioasq --index DIR --batch 7B 8B

DIR is an index of the corpus of the same folder, with vectors. Four models are fitted and printed
beside the weights in the code, with the figures of five folds by question:

| model | in | features of | told |
|---|---|---|---|
| DENSE, LEXICAL | relevance.py | a sentence of the evidence | its article is a gold one |
| ANSWERS | relevance.py | the same | ROUGE-2 with the nearest ideal answer |
| YesNoModel | yesno.py | the evidence of a yes/no question | the answer is yes |

Features are computed by the code that answers. Needs the extra ``eval`` (rouge-score) and
scikit-learn. The weights of sections, designs and years are set by hand; nothing here fits them.
``benchmarks/names.py`` fits those of names.
"""

from __future__ import annotations

import argparse
from dataclasses import astuple, fields
from pathlib import Path

import numpy as np

from rag.answering import deciding, relevance, yesno
from rag.answering.evidence import choose_evidence
from rag.answering.extractive import Extractive, candidates
from rag.answering.question import read_question
from rag.answering.rarity import rarities
from rag.answering.relevance import Traits, weigh
from rag.answering.similarity import Similarity
from rag.claims.lexicon import content_terms
from rag.evaluation.questions import read_questions
from rag.evaluation.rouge import require_rouge
from rag.retrieval import Retriever

DEPTH, SHOWN, EVIDENCE, FOLDS = 60, 20, 8, 5
TRAITS = tuple(f.name for f in fields(Traits))
RELEVANCE = {
    "hybrid": (relevance.DENSE, relevance.DENSE_BIAS),
    "lexical": (relevance.LEXICAL, relevance.LEXICAL_BIAS),
}
SCALE = 10.0
"""What a ROUGE-2 of 1 weighs beside the log-odds of relevance; set by hand, for other
scales change citation precision and ROUGE-2 by less than .005."""


def read(folder, batches, limit):
    path = folder / "questions.jsonl.gz"
    found = [q for batch in batches for q in read_questions(path, batch=batch)]
    return found[:: max(1, len(found) // limit)][:limit] if limit else found


def rouge2(scorer, text, ideals):
    return max(scorer.score(target=i, prediction=text)["rouge2"].fmeasure for i in ideals)


def measure(retriever, questions, mode):
    """Return sentences as (question, traits, gold, ROUGE-2) rows, and yes/no (voices, yes) rows."""
    scorer = require_rouge().RougeScorer(["rouge2"], use_stemmer=False)
    found = retriever.search_many([q.text for q in questions], DEPTH, mode=mode)
    lexical = retriever.reader.lexical
    sentences, answers = [], []
    for at, (question, hits) in enumerate(zip(questions, found, strict=True)):
        similarity = Similarity(retriever.embedder if mode == "hybrid" else None)
        evidence = choose_evidence(hits[:SHOWN], limit=EVIDENCE, similarity=similarity)
        rarity = rarities(question.text, (), lexical.holders, lexical.count)
        asked = read_question(question.text)
        spans = [
            s for s in candidates(evidence, asked, rarity) if asked.terms & content_terms(s.text)
        ]
        similarity.prime([s.text for s in spans])
        pmids = {e.n: e.hit.article.pmid for e in evidence}
        for one in weigh(asked, spans, evidence, similarity, rarity):
            gold = pmids[one.span.n] in question.pmids
            like = rouge2(scorer, one.span.text, question.ideal) if question.ideal else np.nan
            sentences.append((at, astuple(one.traits), gold, like))
        if mode == "hybrid" and question.kind == "yesno":
            composer = Extractive(rarity=rarity)
            scored = composer.scored(question.text, evidence, "clinician", similarity=similarity)
            heard = deciding.voices(question.text, scored, evidence, composer)
            if heard:
                answers.append((heard, question.exact[0][0].lower() == "yes"))
    return sentences, answers


def beside(title, names, fitted, used):
    print(f"\n{title}\n\n| feature | fitted | in use |\n|---|---|---|")
    for name, new, old in zip(names, fitted, used, strict=True):
        print(f"| {name} | {new:.2f} | {old:.2f} |")


def fit_relevance(rows, mode):
    """Print a logistic model over the traits that are in use, and its figures."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import log_loss, roc_auc_score
    from sklearn.model_selection import GroupKFold, cross_val_predict

    weights, bias = RELEVANCE[mode]
    names = [n for n in TRAITS if getattr(weights, n)]
    values = np.array([traits for _, traits, _, _ in rows])
    used = values[:, [TRAITS.index(n) for n in names]]
    groups = np.array([at for at, _, _, _ in rows])
    gold = np.array([g for _, _, g, _ in rows])
    model = LogisticRegression(C=1, max_iter=2000)
    folds = cross_val_predict(
        model, used, gold, groups=groups, cv=GroupKFold(FOLDS), method="predict_proba"
    )[:, 1]
    model.fit(used, gold)
    shipped = np.array([getattr(weights, n) for n in names])
    beside(
        f"{mode}: does its article answer? ({len(rows)} sentences, {len(set(groups))} questions)",
        [*names, "bias"],
        [*model.coef_[0], model.intercept_[0]],
        [*shipped, bias],
    )
    chance = 1 / (1 + np.exp(-(used @ shipped + bias)))
    for name, p in (("five folds", folds), ("in use, on the same questions", chance)):
        print(f"{name}: AUC {roc_auc_score(gold, p):.4f}, log loss {log_loss(gold, p):.4f}")


def fit_answers(rows):
    """Print a ridge regression on ROUGE-2, scaled, and its correlation over five folds."""
    from sklearn.linear_model import Ridge
    from sklearn.model_selection import GroupKFold, cross_val_predict

    rows = [row for row in rows if not np.isnan(row[3])]
    names = [n for n in TRAITS if getattr(relevance.ANSWERS, n)]
    used = np.array([traits for _, traits, _, _ in rows])[:, [TRAITS.index(n) for n in names]]
    like = np.array([r for _, _, _, r in rows])
    groups = np.array([at for at, _, _, _ in rows])
    model = Ridge(1.0)
    folds = cross_val_predict(model, used, like, groups=groups, cv=GroupKFold(FOLDS))
    model.fit(used, like)
    shipped = np.array([getattr(relevance.ANSWERS, n) for n in names])
    beside(
        f"like an ideal answer? (ROUGE-2 times {SCALE:.0f})", names, model.coef_ * SCALE, shipped
    )
    for name, p in (("five folds", folds), ("in use, on the same questions", used @ shipped)):
        print(f"{name}: correlation with ROUGE-2 {np.corrcoef(like, p)[0, 1]:.3f}")


def fit_yesno(answers):
    """Print a logistic model of yes over the voices' weighted means, and its figures."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import accuracy_score, f1_score
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    names = ("covered", "negated", "opposite", "nothing")
    rows = []
    for heard, _ in answers:
        weights = np.array([v.weight for v in heard]) / sum(v.weight for v in heard)
        means = [sum(w * getattr(v, n) for w, v in zip(weights, heard, strict=True)) for n in names]
        rows.append([max(v.covered for v in heard), *means[1:]])
    used, yes = np.array(rows), np.array([y for _, y in answers])
    model = LogisticRegression(C=1, max_iter=500)
    folds = np.mean(
        [
            cross_val_predict(
                model,
                used,
                yes,
                cv=StratifiedKFold(FOLDS, shuffle=True, random_state=seed),
                method="predict_proba",
            )[:, 1]
            for seed in range(3)
        ],
        axis=0,
    )
    model.fit(used, yes)
    shipped = [getattr(yesno.MODEL, n) for n in names]
    title = f"yes? ({len(yes)} questions, {yes.mean():.0%} yes)"
    fitted = [*model.coef_[0], model.intercept_[0]]
    beside(title, [*names, "bias"], fitted, [*shipped, yesno.MODEL.bias])
    chance = np.array([yesno.chance_of_yes(heard) for heard, _ in answers])
    for name, p in (("five folds", folds), ("in use, on the same questions", chance)):
        said = p >= deciding.YES
        accuracy, macro = accuracy_score(yes, said), f1_score(yes, said, average="macro")
        print(f"{name}: accuracy {accuracy:.3f}, macro-F1 {macro:.3f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--batch", nargs="+", default=["7B", "8B"])
    parser.add_argument("--mode", choices=RELEVANCE, nargs="+", default=list(RELEVANCE))
    parser.add_argument("--limit", type=int, default=None)
    arguments = parser.parse_args()
    questions = read(arguments.data, arguments.batch, arguments.limit)
    with Retriever.open(arguments.index) as retriever:
        for mode in arguments.mode:
            sentences, answers = measure(retriever, questions, mode)
            fit_relevance(sentences, mode)
            if mode == "hybrid":
                fit_answers(sentences)
                fit_yesno(answers)


if __name__ == "__main__":
    main()
