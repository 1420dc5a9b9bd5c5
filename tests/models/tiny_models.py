"""Tiny models with random weights, written the way real ones are; nothing is downloaded."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import numpy as np

SENTENCE = (
    "the of and in to a is with for was fever cough adults children pertussis aspirin trial "
    "patients dose heart risk vaccine years treatment pain query passage : . , ? 1 2 3 % placebo"
)
WORDS = SENTENCE.split()
PIECES = ["##s", "##ing", *(f"##{c}" for c in "abcdefghijklmnopqrstuvwxyz")]
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


def wordpiece(folder: Path, model_max_length: int = 64):
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    letters = list("abcdefghijklmnopqrstuvwxyz")
    vocabulary = {t: i for i, t in enumerate([*SPECIAL, *WORDS, *PIECES])}
    for letter in letters:
        vocabulary.setdefault(letter, len(vocabulary))
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        unk_token="[UNK]",
        pad_token="[PAD]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        mask_token="[MASK]",
        model_max_length=model_max_length,
    )
    fast.save_pretrained(folder)
    return fast


def bert(folder: Path, seed: int = 0, *, labels: int | None = None, size: int = 32) -> Path:
    """A BERT encoder, or a classifier with ``labels``."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertModel

    tokenizer = wordpiece(folder)
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=size,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=2 * size,
        max_position_embeddings=64,
        initializer_range=0.5,
    )
    if labels is not None:
        config.num_labels = labels
        BertForSequenceClassification(config).save_pretrained(folder)
    else:
        BertModel(config).save_pretrained(folder)
    return folder


def sentence_folder(
    folder: Path,
    *,
    pooling: str = "mean",
    prompts: dict[str, str] | None = None,
    dense: bool = False,
    seed: int = 0,
    old_form: bool = True,
) -> Path:
    """A folder as sentence-transformers writes it, in its old or its new form."""
    bert(folder, seed)
    old = "sentence_transformers.models."
    new = "sentence_transformers.sentence_transformer.modules."
    prefix = old if old_form else new
    modules = [
        {"idx": 0, "name": "0", "path": "", "type": f"{old}Transformer"},
        {"idx": 1, "name": "1", "path": "1_Pooling", "type": f"{old}Pooling"},
    ]
    if not old_form:
        modules[0]["type"] = "sentence_transformers.base.modules.transformer.Transformer"
        modules[1]["type"] = f"{prefix}pooling.Pooling"
    (folder / "1_Pooling").mkdir()
    if old_form:
        names = {
            "mean": "mean_tokens",
            "cls": "cls_token",
            "last": "lasttoken",
            "max": "max_tokens",
        }
        modes = {f"pooling_mode_{v}": k == pooling for k, v in names.items()}
        write_json(folder / "1_Pooling/config.json", {"word_embedding_dimension": 32, **modes})
        write_json(folder / "sentence_bert_config.json", {"max_seq_length": 48})
    else:
        mode = "lasttoken" if pooling == "last" else pooling
        config = {"embedding_dimension": 32, "pooling_mode": mode, "include_prompt": True}
        write_json(folder / "1_Pooling/config.json", config)
    if dense:
        from sentence_transformers.sentence_transformer.modules import Dense

        modules.append({"idx": 2, "name": "2", "path": "2_Dense", "type": f"{old}Dense"})
        (folder / "2_Dense").mkdir()
        Dense(32, 16).save(str(folder / "2_Dense"))
    write_json(folder / "modules.json", modules)
    config = {"prompts": prompts or {}, "default_prompt_name": None}
    write_json(folder / "config_sentence_transformers.json", config)
    return folder


CHINESE_SENTENCE = "发热和咳嗽是儿童肺炎的常见症状 高血压和糖尿病的诊断和治疗 头痛"


def xlm_roberta(folder: Path) -> Path:
    """An XLM-R encoder with a unigram tokenizer of English and Chinese."""
    import torch
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast, XLMRobertaConfig, XLMRobertaModel

    special = ["<s>", "<pad>", "</s>", "<unk>"]
    letters = sorted(set("abcdefghijklmnopqrstuvwxyz0123456789.,:?%▁" + CHINESE_SENTENCE) - {" "})
    pieces = [(token, 0.0) for token in special]
    pieces += [(f"▁{word}", -2.0) for word in WORDS] + [(letter, -9.0) for letter in letters]
    tokenizer = Tokenizer(models.Unigram(list(dict(pieces).items()), unk_id=3))
    tokenizer.normalizer = normalizers.Lowercase()  # the real one keeps case
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()]
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", 0), ("</s>", 2)],
    )
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token="<s>",
        pad_token="<pad>",
        eos_token="</s>",
        unk_token="<unk>",
        model_max_length=64,
    )
    fast.save_pretrained(folder)
    torch.manual_seed(3)
    config = XLMRobertaConfig(
        vocab_size=len(fast),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=66,
        type_vocab_size=1,
        pad_token_id=1,
        initializer_range=0.5,
    )
    XLMRobertaModel(config).save_pretrained(folder)
    return folder


def write_json(path: Path, data: object) -> None:
    path.write_text(json.dumps(data), encoding="utf-8")


CHATML = (
    "{% for m in messages %}<|start|>{{ m.role }}: {{ m.content }}<|end|>{% endfor %}"
    "{% if add_generation_prompt %}<|start|>assistant:{% endif %}"
)
NO_SYSTEM = (
    "{% if messages[0].role == 'system' %}{{ raise_exception('no system role') }}{% endif %}"
    + CHATML
)


def byte_level(vocabulary: int = 400):
    """A byte-level BPE trained on a few sentences."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=["<|text|>", "<|start|>", "<|end|>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator([SENTENCE] * 3, trainer)
    return tokenizer


def language_model(folder: Path, template: str | None = CHATML, context: int = 256) -> Path:
    """A tiny GPT-2 with a byte-level tokenizer."""
    import torch
    from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast

    fast = PreTrainedTokenizerFast(
        tokenizer_object=byte_level(), eos_token="<|text|>", pad_token="<|text|>"
    )
    fast.chat_template = template
    fast.save_pretrained(folder)
    torch.manual_seed(1)
    config = GPT2Config(
        vocab_size=len(fast),
        n_positions=context,
        n_embd=32,
        n_layer=2,
        n_head=4,
        bos_token_id=0,
        eos_token_id=0,
        initializer_range=0.5,
    )
    GPT2LMHeadModel(config).save_pretrained(folder)
    return folder


def gguf_file(path: Path, *, chain: bool = False, context: int = 512) -> Path:
    """A tiny llama as a GGUF file: with random weights, or one that writes CHAIN."""
    import gguf

    tokenizer = byte_level()
    tokens = [t for t, _ in sorted(tokenizer.get_vocab().items(), key=lambda item: item[1])]
    merges = json.loads(tokenizer.to_str())["model"]["merges"]
    size, hidden, heads, layers = (len(tokens), 32, 1, 1) if chain else (64, 128, 4, 2)
    writer = gguf.GGUFWriter(str(path), "llama")
    writer.add_context_length(context)
    writer.add_embedding_length(size)
    writer.add_block_count(layers)
    writer.add_feed_forward_length(hidden)
    writer.add_head_count(heads)
    writer.add_head_count_kv(heads)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(size // heads)
    writer.add_vocab_size(len(tokens))
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(tokens)
    control, normal = gguf.TokenType.CONTROL, gguf.TokenType.NORMAL
    writer.add_token_types([control if t.startswith("<|") else normal for t in tokens])
    writer.add_token_merges([" ".join(m) if isinstance(m, list) else m for m in merges])
    writer.add_bos_token_id(0)
    writer.add_eos_token_id(0)
    writer.add_add_bos_token(False)
    writer.add_chat_template(CHATML)
    rng = np.random.default_rng(0)

    def add(name: str, *shape: int) -> None:
        spread = 0.0 if chain else 0.3
        weights = rng.normal(0, spread, shape) if len(shape) > 1 else np.ones(shape)
        writer.add_tensor(name, weights.astype(np.float32))

    add("output_norm.weight", size)
    if chain:
        embeddings, last = _chain_weights(size)
        writer.add_tensor("token_embd.weight", embeddings)
        writer.add_tensor("output.weight", last)
    else:
        add("token_embd.weight", len(tokens), size)
        add("output.weight", len(tokens), size)
    for i in range(layers):
        add(f"blk.{i}.attn_norm.weight", size)
        add(f"blk.{i}.ffn_norm.weight", size)
        for name in ("attn_q", "attn_k", "attn_v", "attn_output"):
            add(f"blk.{i}.{name}.weight", size, size)
        add(f"blk.{i}.ffn_gate.weight", hidden, size)
        add(f"blk.{i}.ffn_up.weight", hidden, size)
        add(f"blk.{i}.ffn_down.weight", size, hidden)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


CHAIN = "é1β2—3µg."
"""What a model with this chain always writes: characters of one, two and three bytes."""


def chain_ids(text: str = CHAIN) -> list[int]:
    """From the last token of a CHATML prompt over those of a text to the end of a text."""
    tokenizer = byte_level()
    ids = [tokenizer.encode("<|start|>assistant:").ids[-1], *tokenizer.encode(text).ids, 0]
    assert len(set(ids)) == len(ids), "a token has one successor"
    return ids


def _chain_weights(size: int, strength: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """Embeddings that are one-hot, and a last layer that knows the successor of each token."""
    ids, last = chain_ids(), np.zeros((size, size), dtype=np.float32)
    for token, successor in itertools.pairwise(ids):
        last[successor, token] = strength
    return np.eye(size, dtype=np.float32), last


def chain_model(folder: Path, strength: float = 1.0) -> Path:
    """A llama that writes CHAIN after any CHATML prompt, and ends.

    Of its logits that of the successor is ``strength`` · √(size of the vocabulary), all others 0.
    """
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    tokenizer = byte_level()
    size = tokenizer.get_vocab_size()
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token="<|text|>", pad_token="<|text|>"
    )
    fast.chat_template = CHATML
    fast.save_pretrained(folder)
    config = LlamaConfig(
        vocab_size=size,
        hidden_size=size,
        intermediate_size=8,
        num_hidden_layers=1,
        num_attention_heads=1,
        max_position_embeddings=256,
        bos_token_id=None,
        eos_token_id=0,
        pad_token_id=0,
    )
    model = LlamaForCausalLM(config)
    embeddings, last = _chain_weights(size, strength)
    with torch.no_grad():
        for name, weights in model.named_parameters():
            weights.fill_(1.0 if "norm" in name else 0.0)
        model.model.embed_tokens.weight.copy_(torch.from_numpy(embeddings))
        model.lm_head.weight.copy_(torch.from_numpy(last))
    model.save_pretrained(folder)
    return folder


def llama(folder: Path, context: int = 256) -> Path:
    """A tiny llama with random weights, which can be batched continuously and quantised."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    tokenizer = byte_level()
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token="<|text|>", pad_token="<|text|>"
    )
    fast.chat_template = CHATML
    fast.save_pretrained(folder)
    torch.manual_seed(2)
    config = LlamaConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=context,
        initializer_range=0.3,
        bos_token_id=None,
        eos_token_id=0,
        pad_token_id=0,
    )
    LlamaForCausalLM(config).save_pretrained(folder)
    return folder
