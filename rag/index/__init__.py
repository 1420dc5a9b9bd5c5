"""The index: SQLite is the truth, FAISS and Tantivy are derived from it.

On disk::

    DIR/CURRENT              name of the generation in force and its digest (one atomic rename)
    DIR/.lock                held by the one writer; the system frees it when the writer dies
    DIR/store/articles.sqlite  articles and passages, every row with the generations it lives in
    DIR/store/vectors.f16    one fp16 row a passage; the row number is the passage id
    DIR/store/pages.sum      checksums of the pages of articles.sqlite
    DIR/store-000005/        the same, where generation 5 is a compaction
    DIR/gen-000007/          manifest.json, checksums.txt, dense.faiss, lexical/ (Tantivy)
    DIR/rejects.jsonl        records that could not be read, each with its reason

This package does not parse files (``rag.corpus``) and does not rank (``rag.retrieval``).
"""
