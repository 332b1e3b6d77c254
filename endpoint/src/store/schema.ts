/**
 * The database's forms, oldest first; `PRAGMA user_version` says how many of them a file has been through. Never edit one that was
 * released: add the next.
 *
 * What shoppers send is stored so that the disk tells no more than the wire did: a record has a random id and a day, nothing joins it to
 * its batch or to its neighbours, and tables without rowid keep no order of arrival.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE batches (
    key BLOB PRIMARY KEY,
    day INTEGER NOT NULL
  ) WITHOUT ROWID, STRICT;

  CREATE TABLE records (
    id BLOB PRIMARY KEY,
    day INTEGER NOT NULL,
    release INTEGER NOT NULL,
    body TEXT NOT NULL
  ) WITHOUT ROWID, STRICT;

  CREATE TABLE sessions (
    id BLOB PRIMARY KEY,
    time INTEGER NOT NULL,
    body TEXT NOT NULL
  ) WITHOUT ROWID, STRICT;

  CREATE TABLE items (
    row INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    body TEXT NOT NULL
  ) STRICT;

  CREATE TABLE counters (
    name TEXT PRIMARY KEY,
    value INTEGER NOT NULL
  ) WITHOUT ROWID, STRICT;
  INSERT INTO counters VALUES ('batches', 0), ('records', 0), ('sessions', 0), ('items', 0), ('catalog', 0);

  CREATE TABLE runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    started INTEGER NOT NULL,
    finished INTEGER,
    release INTEGER,
    message TEXT NOT NULL,
    figures TEXT NOT NULL,
    records INTEGER NOT NULL,
    catalog INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE releases (
    version INTEGER PRIMARY KEY,
    created INTEGER NOT NULL,
    items INTEGER NOT NULL,
    catalog INTEGER NOT NULL,
    model TEXT NOT NULL,
    origin TEXT NOT NULL,
    metrics TEXT NOT NULL
  ) STRICT;
  `,
  `
  CREATE TABLE pictures (
    link TEXT PRIMARY KEY,
    day INTEGER NOT NULL,
    descriptor BLOB
  ) WITHOUT ROWID, STRICT;
  `,
  // Price and availability change by the hour, and need no new vectors: what else changes has a counter of its own.
  `
  INSERT INTO counters VALUES ('content', 0);
  ALTER TABLE releases ADD COLUMN content INTEGER NOT NULL DEFAULT -1;
  `,
];
