"""Language models and the embedder on a GPU, beside what transformers does by default, in one run.

    python benchmarks/gpu.py --index indexes/default
    python benchmarks/gpu.py --index indexes/default --device cpu --tiny      # does the script run?

Models of the shapes of Llama 3.2 1B and Llama 3.1 8B with random weights, which are as fast as
trained ones; nothing is downloaded. The prompts are those of 32 real questions with eight passages
each, cut by the vocabulary of the embedded model; each answer has ``--tokens`` tokens, since random
weights never end. For each size, seconds for all prompts:

| row | what |
|---|---|
| plain | ``model.generate`` on each prompt, with its defaults (greedy) |
| alone | medlit's stream, one prompt after another |
| compiled | the same with a cache of fixed size and a compiled model, after two prompts |
| batched, first | ``generate_many`` of all prompts, with what it sets up once |
| batched | the same again |

The time to the first token is the median over the prompts of an answer of one token. Then texts a
second of the catalog's embedder and of ``SentenceTransformer.encode`` with its defaults. Weights
of the 8B shape take 16 GB.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time

import torch
from prompts import passages_of, real_prompts

from rag.models.causal import Causal
from rag.models.device import choose, for_language
from rag.models.embedder import load_embedder
from rag.models.fetch import resolve
from rag.models.generator import GeneratorIdentity
from rag.models.generator_transformers import TransformersGenerator

SHAPES = {
    "1b": {"hidden_size": 2048, "intermediate_size": 8192, "num_hidden_layers": 16,
           "num_attention_heads": 32, "num_key_value_heads": 8, "head_dim": 64},
    "8b": {"hidden_size": 4096, "intermediate_size": 14336, "num_hidden_layers": 32,
           "num_attention_heads": 32, "num_key_value_heads": 8, "head_dim": 128},
    "tiny": {"hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2,
             "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 16},
}  # fmt: skip
VOCABULARY = 128_256
TEMPLATE = (
    "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}"
    "{% if add_generation_prompt %}assistant:{% endif %}"
)


def model_of(size, device):
    """Return a model with random weights, made on the device itself."""
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    folder = resolve("minilm").path
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=str(folder / "tokenizer.json"), pad_token="[PAD]"
    )
    tokenizer.backend_tokenizer.no_truncation()
    tokenizer.backend_tokenizer.no_padding()
    tokenizer.chat_template = TEMPLATE
    config = LlamaConfig(
        vocab_size=VOCABULARY,
        max_position_embeddings=8192,
        bos_token_id=None,
        eos_token_id=None,
        pad_token_id=0,
        tie_word_embeddings=size != "8b",
        **SHAPES[size],
    )
    torch.manual_seed(0)
    kept = torch.get_default_dtype()
    torch.set_default_dtype(device.torch_dtype)
    try:
        with torch.device(device.torch_name):
            model = LlamaForCausalLM(config).eval()
    finally:
        torch.set_default_dtype(kept)
    return Causal(model, tokenizer, device, ())


def timed(work):
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    started = time.perf_counter()
    made = work()
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return time.perf_counter() - started, made


def plain(causal, ids, tokens):
    given = torch.tensor([ids], device=causal.model.device)
    with torch.inference_mode():
        out = causal.model.generate(given, max_new_tokens=tokens, do_sample=False)
    return out.shape[1] - len(ids)


def streamed(generator, messages, tokens):
    stream = generator.stream(messages, tokens)
    stream.text()
    return stream.usage.completion_tokens


def measure(size, device, prompts, tokens):
    """Yield a row a way of writing: seconds, tokens, median time to the first token."""
    causal = model_of(size, device)
    identity = GeneratorIdentity(size, size, "", "", "transformers")
    generator = TransformersGenerator(causal, identity)
    ids = [generator._prompt.ids(messages) for messages in prompts]
    yield {"prompt tokens": statistics.mean(map(len, ids))}
    plain(causal, ids[0], 4)  # kernels are loaded

    def row(name, seconds, written, first):
        return {"size": size, "how": name, "prompts": len(prompts), "s": seconds,
                "tokens/s": sum(written) / seconds, "first token s": first}  # fmt: skip

    first = statistics.median(timed(lambda one=one: plain(causal, one, 1))[0] for one in ids)
    seconds, written = timed(lambda: [plain(causal, one, tokens) for one in ids])
    yield row("plain", seconds, written, first)
    first = statistics.median(timed(lambda m=m: streamed(generator, m, 1))[0] for m in prompts)
    seconds, written = timed(lambda: [streamed(generator, m, tokens) for m in prompts])
    yield row("alone", seconds, written, first)
    if device.kind == "cuda":
        compiled = TransformersGenerator(causal, identity, compiled=True)
        seconds, _ = timed(lambda: [streamed(compiled, m, tokens) for m in prompts[:2]])
        yield {"size": size, "how": "to compile", "prompts": 2, "s": seconds}
        first = statistics.median(timed(lambda m=m: streamed(compiled, m, 1))[0] for m in prompts)
        seconds, written = timed(lambda: [streamed(compiled, m, tokens) for m in prompts])
        yield row("compiled", seconds, written, first)
    for name in ("batched, first", "batched"):
        seconds, made = timed(lambda: generator.generate_many(prompts, tokens))
        failed = [one for one in made if isinstance(one, Exception)]
        if failed:
            raise failed[0]
        yield row(name, seconds, [one.usage.completion_tokens for one in made], None)
    yield {"size": size, "how": "continuous batching", "used": generator._batch._continuous}
    generator.close()


def embedding(device, texts):
    """Yield texts a second of the catalog's embedder and of sentence-transformers' defaults."""
    from sentence_transformers import SentenceTransformer

    ours = load_embedder("minilm", device.torch_name)
    theirs = SentenceTransformer(str(resolve("minilm").path), device=device.torch_name)
    ways = (
        ("medlit", lambda batch: ours.embed_documents(batch)),
        ("SentenceTransformer.encode", lambda batch: theirs.encode(batch)),
    )
    for name, embed in ways:
        embed(texts[:64])
        seconds = min(timed(lambda embed=embed: embed(texts))[0] for _ in range(3))
        yield {"embedder": name, "texts": len(texts), "s": seconds, "texts/s": len(texts) / seconds}


def show(row):
    said = (f"{k} {v:.4g}" if isinstance(v, float) else f"{k} {v}" for k, v in row.items())
    print(", ".join(said), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--index", default="indexes/default")
    parser.add_argument("--sizes", nargs="+", choices=["1b", "8b"], default=["1b", "8b"])
    parser.add_argument("--prompts", type=int, default=32)
    parser.add_argument("--tokens", type=int, default=128)
    parser.add_argument("--texts", type=int, default=4096)
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--tiny", action="store_true", help="A tiny shape, to try the script.")
    parser.add_argument("--json", help="Write the rows to this file as JSON.")
    arguments = parser.parse_args()
    device = for_language(choose(arguments.device))
    show({"device": device.torch_name, "dtype": device.dtype, "why": device.reason})
    prompts = real_prompts(arguments.index, arguments.prompts)
    rows = []
    for size in ["tiny"] if arguments.tiny else arguments.sizes:
        for row in measure(size, device, prompts, arguments.tokens):
            rows.append(row)
            show(row)
        by_name = {row.get("how"): row.get("tokens/s") for row in rows if row.get("size") == size}
        show({"size": size, "batched to plain": by_name["batched"] / by_name["plain"]})
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
    texts = passages_of(arguments.index, arguments.texts)
    for row in embedding(device, texts):
        rows.append(row)
        show(row)
    rates = [row["texts/s"] for row in rows if "embedder" in row]
    show({"embedding, medlit to SentenceTransformer": rates[0] / rates[1]})
    if arguments.json:
        with open(arguments.json, "w", encoding="utf-8") as file:
            json.dump({"device": device.reason, "rows": rows}, file, indent=1)


if __name__ == "__main__":
    main()
