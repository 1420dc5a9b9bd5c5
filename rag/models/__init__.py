"""Models: embedder, reranker and generator, known by their hash and run on this machine.

Import the submodules by name: ``rag.models.catalog`` says what exists, ``fetch`` finds or
brings the files, ``device`` chooses where they run, and ``embedder``, ``reranker`` and
``generator`` run them. Nothing here imports torch before a model is loaded.
"""
