/** Version of the tables, in `PRAGMA user_version`. The index is derived, so another version is made anew instead of being changed. */
export const schemaVersion = 2;

/** Marks the file as one of ours in `PRAGMA application_id`: "Atlg". */
export const applicationId = 0x41746c67;

/**
 * `shown` is 0 for what is in the trash and for files that are gone while a job still names them. `search` is what is searched in,
 * beside the index of its letters, whose pieces are merged by whoever writes: SQLite by itself would merge many at once, seldom and long.
 * Times are epoch milliseconds.
 */
export const schema = `
  CREATE TABLE notes (name TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

  CREATE TABLE folders (id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, instance_id TEXT) STRICT;

  CREATE TABLE directories (
    folder_id INTEGER NOT NULL REFERENCES folders (id) ON DELETE CASCADE,
    subfolder TEXT NOT NULL,
    modified_at REAL NOT NULL,
    folders TEXT NOT NULL,
    PRIMARY KEY (folder_id, subfolder)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE workflows (key TEXT PRIMARY KEY NOT NULL, kind TEXT NOT NULL, node_count INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE models (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;

  CREATE TABLE items (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    created_at INTEGER NOT NULL,
    shown INTEGER NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    instance_id TEXT,
    workflow_key TEXT,
    job_id TEXT,
    job_index INTEGER,
    storage TEXT NOT NULL,
    folder_id INTEGER REFERENCES folders (id) ON DELETE CASCADE,
    subfolder TEXT NOT NULL,
    name TEXT NOT NULL,
    size_bytes INTEGER,
    modified_at REAL,
    width INTEGER,
    height INTEGER,
    title TEXT NOT NULL,
    excerpt TEXT NOT NULL,
    known_from TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX items_of_folder ON items (folder_id, subfolder, name) WHERE folder_id IS NOT NULL;
  CREATE UNIQUE INDEX items_without_file ON items (job_id, job_index) WHERE folder_id IS NULL;
  CREATE INDEX items_of_job ON items (job_id) WHERE job_id IS NOT NULL;
  CREATE INDEX items_listed ON items (created_at, id, kind, instance_id, workflow_key) WHERE shown = 1;
  CREATE INDEX items_of_facets ON items (kind, instance_id, workflow_key) WHERE shown = 1;
  CREATE INDEX items_hidden ON items (id) WHERE shown = 0;
  CREATE INDEX items_unread ON items (created_at) WHERE shown = 1 AND state = 'unread';
  CREATE INDEX items_writing ON items (created_at) WHERE shown = 1 AND state = 'writing';

  CREATE TABLE item_facts (item_id INTEGER PRIMARY KEY REFERENCES items (id) ON DELETE CASCADE, facts TEXT NOT NULL) STRICT;
  CREATE TABLE item_models (
    model_id INTEGER NOT NULL REFERENCES models (id),
    item_id INTEGER NOT NULL REFERENCES items (id) ON DELETE CASCADE,
    PRIMARY KEY (model_id, item_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX models_of_item ON item_models (item_id);

  CREATE TABLE item_search (item_id INTEGER PRIMARY KEY REFERENCES items (id) ON DELETE CASCADE, search TEXT NOT NULL) STRICT;
  CREATE VIRTUAL TABLE item_letters USING fts5(search, content = '', contentless_delete = 1, tokenize = 'trigram');
  CREATE TRIGGER search_removed AFTER DELETE ON item_search BEGIN DELETE FROM item_letters WHERE rowid = old.item_id; END;
  INSERT INTO item_letters (item_letters, rank) VALUES ('automerge', 0), ('crisismerge', 1000);

  PRAGMA application_id = ${applicationId};
  PRAGMA user_version = ${schemaVersion};
`;
