"""How much of what an English question finds does the same question in Chinese find?

    python benchmarks/chinese.py --index DIR [--show]

There is no test set of Chinese questions about English literature here, so each question
stands beside its English form, both written for this script: overlap@10 is the share of the
English question's first ten articles that the Chinese one has among its first ten. It measures
the reading of the question, not whether the articles are right. ``--show`` prints how each
was read.

``QUESTIONS`` were written before they were tried, but the words that they showed to be missing
were then added to the term list. ``LATER`` were written after that and changed nothing: theirs
is the figure to expect of a new question.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from rag.languages import english_form
from rag.retrieval import Retriever

K = 10
MODES = ("lexical", "dense", "hybrid")

QUESTIONS = (
    ("我发烧咳嗽", "I have a fever and a cough"),
    ("糖尿病患者的心血管风险", "cardiovascular risk in patients with diabetes"),
    ("二甲双胍有哪些副作用？", "What are the adverse effects of metformin?"),
    ("阿司匹林能预防心肌梗死吗？", "Does aspirin prevent myocardial infarction?"),
    ("帕金森病的早期症状是什么？", "What are the early symptoms of Parkinson's disease?"),
    ("类风湿关节炎怎么治疗？", "How is rheumatoid arthritis treated?"),
    ("乳腺癌的危险因素", "risk factors for breast cancer"),
    ("流感疫苗对老年人有效吗？", "Is the influenza vaccine effective in the elderly?"),
    ("阿尔茨海默病与哪些基因有关？", "Which genes are associated with Alzheimer's disease?"),
    ("慢性肾病患者的贫血治疗", "treatment of anemia in chronic kidney disease"),
    ("抗生素耐药的机制", "mechanisms of antibiotic resistance"),
    ("孕妇可以服用布洛芬吗？", "Can pregnant women take ibuprofen?"),
    ("儿童哮喘如何控制？", "How is asthma in children controlled?"),
    ("房颤病人的抗凝治疗", "anticoagulant therapy in patients with atrial fibrillation"),
    ("多发性硬化症的诊断标准", "diagnostic criteria for multiple sclerosis"),
    ("幽门螺杆菌与胃癌的关系", "association of Helicobacter pylori with gastric cancer"),
    ("抑郁症的药物治疗有什么不良反应", "adverse effects of drug therapy for depression"),
    ("囊性纤维化是由什么基因突变引起的？", "Which gene mutation causes cystic fibrosis?"),
    ("维生素D能预防骨折吗？", "Does vitamin D prevent fractures?"),
    ("丙型肝炎能治愈吗？", "Can hepatitis C be cured?"),
    ("高血压患者应该如何控制饮食？", "How should patients with hypertension control their diet?"),
    ("偏头痛的预防性用药", "preventive drugs for migraine"),
    ("癫痫发作时用什么药？", "Which drug is used for epileptic seizures?"),
    ("新冠肺炎的死亡率是多少？", "What is the mortality of COVID-19?"),
    ("肺癌的免疫治疗", "immunotherapy of lung cancer"),
    ("自闭症的病因是什么？", "What causes autism?"),
    ("骨质疏松症的一线药物", "first-line drugs for osteoporosis"),
    ("肠道菌群与肥胖", "gut microbiota and obesity"),
    ("白血病患者骨髓移植后的存活率", "survival after bone marrow transplantation in leukemia"),
    ("甲状腺癌的分子标志物", "molecular markers of thyroid cancer"),
    ("疟疾的新疫苗", "new vaccines against malaria"),
    ("亨廷顿病的致病基因", "the gene that causes Huntington's disease"),
    ("肌萎缩侧索硬化有没有特效药？", "Is there a specific drug for amyotrophic lateral sclerosis?"),
    ("银屑病的生物制剂", "biologics for psoriasis"),
    ("败血症的生物标志物", "biomarkers of sepsis"),
    ("唐氏综合征的产前诊断", "prenatal diagnosis of Down syndrome"),
    (
        "克罗恩病和溃疡性结肠炎有什么区别？",
        "difference between Crohn's disease and ulcerative colitis",
    ),
    ("他汀类药物会引起肌肉疼痛吗？", "Do statins cause muscle pain?"),
    ("胰岛素抵抗的机制是什么", "What is the mechanism of insulin resistance?"),
    ("镰状细胞贫血的基因治疗", "gene therapy for sickle cell anemia"),
)

LATER = (
    ("甲减患者可以吃碘盐吗？", "Can patients with hypothyroidism eat iodized salt?"),
    ("肝硬化腹水的处理", "management of ascites in cirrhosis"),
    ("哪种基因与乳腺癌遗传有关？", "Which gene is associated with hereditary breast cancer?"),
    ("心力衰竭患者使用利尿剂的效果", "effect of diuretics in patients with heart failure"),
    ("重症肌无力用什么药治疗？", "Which drugs treat myasthenia gravis?"),
    ("视神经脊髓炎的抗体", "antibodies in neuromyelitis optica"),
    ("婴儿猝死综合征的危险因素", "risk factors for sudden infant death syndrome"),
    ("强直性脊柱炎的靶向药物", "targeted drugs for ankylosing spondylitis"),
    ("吸烟会不会导致膀胱癌？", "Does smoking cause bladder cancer?"),
    ("胰腺癌早期诊断的血清标志物", "serum markers for early diagnosis of pancreatic cancer"),
    ("万古霉素的肾毒性", "nephrotoxicity of vancomycin"),
    ("黑色素瘤患者的生存期", "survival of patients with melanoma"),
    ("表观遗传在衰老中的作用", "the role of epigenetics in aging"),
    ("埃博拉疫苗的临床试验", "clinical trials of Ebola vaccines"),
    ("多囊卵巢综合征和胰岛素抵抗", "polycystic ovary syndrome and insulin resistance"),
    ("瑞特综合征的突变基因是哪个？", "Which gene is mutated in Rett syndrome?"),
    ("下肢深静脉血栓怎样预防？", "How is deep vein thrombosis of the leg prevented?"),
    ("胶质母细胞瘤的化疗药物", "chemotherapy drugs for glioblastoma"),
    ("褪黑素能改善睡眠吗？", "Does melatonin improve sleep?"),
    ("长链非编码RNA与肿瘤", "long noncoding RNA and tumors"),
)


def overlaps(retriever, questions, mode):
    english = retriever.search_many([e for _, e in questions], K, mode=mode)
    chinese = retriever.search_many([c for c, _ in questions], K, mode=mode)
    shares = []
    for wanted, got in zip(english, chinese, strict=True):
        ids = {hit.article.id for hit in wanted}
        shares.append(len(ids & {hit.article.id for hit in got}) / max(1, len(ids)))
    return shares


def report(retriever, name, questions, show):
    shares = {mode: overlaps(retriever, questions, mode) for mode in MODES}
    readings = [english_form(chinese) for chinese, _ in questions]
    if show:
        for n, ((chinese, english), reading) in enumerate(zip(questions, readings, strict=True)):
            marks = " ".join(f"{shares[mode][n]:.1f}" for mode in MODES)
            left = " ".join(reading.untranslated)
            print(f"{marks} | {chinese} | {english} | {reading.english} | {left}")
    whole = sum(not reading.untranslated for reading in readings)
    figures = {f"overlap@{K} {m}": round(sum(s) / len(s), 3) for m, s in shares.items()}
    print(json.dumps({"set": name, "n": len(questions), "read_whole": whole, **figures}))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--show", action="store_true", help="print how each question was read")
    given = parser.parse_args()
    retriever = Retriever.open(given.index)
    for name, questions in (("questions", QUESTIONS), ("later", LATER)):
        report(retriever, name, questions, given.show)


if __name__ == "__main__":
    main()
