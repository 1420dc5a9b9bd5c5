"""The tables of ``articles.sqlite``."""

from __future__ import annotations

from rag.index.ledger import SCHEMA as LEDGER_SCHEMA

_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS articles (
    row INTEGER PRIMARY KEY, id TEXT NOT NULL, added INTEGER NOT NULL, removed INTEGER,
    revised TEXT NOT NULL, version INTEGER NOT NULL, year INTEGER, status TEXT NOT NULL,
    journal TEXT NOT NULL, abbreviation TEXT NOT NULL, language TEXT NOT NULL,
    evidence INTEGER NOT NULL, has_abstract INTEGER NOT NULL,
    hash BLOB NOT NULL, origin TEXT NOT NULL, merged INTEGER NOT NULL, body BLOB NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS articles_live ON articles (id) WHERE removed IS NULL;
CREATE INDEX IF NOT EXISTS articles_status ON articles (status) WHERE status != 'current';
CREATE INDEX IF NOT EXISTS articles_added ON articles (added);
CREATE INDEX IF NOT EXISTS articles_removed ON articles (removed) WHERE removed IS NOT NULL;
CREATE TABLE IF NOT EXISTS terms (
    kind TEXT NOT NULL, value TEXT NOT NULL, row INTEGER NOT NULL,
    PRIMARY KEY (kind, value, row)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS passages (
    id INTEGER PRIMARY KEY, row INTEGER NOT NULL, section TEXT NOT NULL,
    start INTEGER NOT NULL, end INTEGER NOT NULL, same_as INTEGER);
CREATE INDEX IF NOT EXISTS passages_row ON passages (row);
CREATE TABLE IF NOT EXISTS sources (
    sha256 TEXT PRIMARY KEY, file TEXT NOT NULL, bytes INTEGER NOT NULL, records INTEGER NOT NULL,
    complete INTEGER NOT NULL, format TEXT NOT NULL, turn INTEGER NOT NULL,
    place TEXT NOT NULL, asof INTEGER NOT NULL, cut INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS sources_place ON sources (place, turn);
CREATE TABLE IF NOT EXISTS rejects (
    sha256 TEXT NOT NULL, record INTEGER NOT NULL, file TEXT NOT NULL, reason TEXT NOT NULL,
    excerpt TEXT NOT NULL, PRIMARY KEY (sha256, record)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS vector_blocks (
    first INTEGER PRIMARY KEY, end INTEGER NOT NULL, digest BLOB NOT NULL);
"""

SCHEMA = _SCHEMA + LEDGER_SCHEMA
SCHEMA_VERSION = 5
"""Raised with the tables; 3 added contributions, keys and the origin of each record;
4 writes the label of sections in a row once; 5 has checksums (see ``migrate``)."""
