/**
 * Jobs, what they share, and what happened to them. `sequence` is the order of submission. Times are epoch milliseconds:
 * `SELECT id, state, datetime(submitted_at / 1000, 'unixepoch') FROM jobs`. Columns named after a JSON value hold JSON text.
 */
export const jobsStep = `
  CREATE TABLE graphs (
    graph_key TEXT PRIMARY KEY NOT NULL,
    graph TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE extra_data (
    extra_data_key TEXT PRIMARY KEY NOT NULL,
    extra_data TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE jobs (
    sequence INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL CHECK (state IN ('queued', 'assigned', 'running', 'succeeded', 'failed', 'cancelled', 'parked')),
    reason TEXT,
    title TEXT NOT NULL,
    title_folded TEXT NOT NULL,
    priority INTEGER NOT NULL CHECK (priority BETWEEN -100 AND 100),
    kind TEXT NOT NULL CHECK (kind IN ('interactive', 'batch')),
    rank REAL NOT NULL,
    firm INTEGER NOT NULL CHECK (firm IN (0, 1)),
    tries INTEGER NOT NULL CHECK (tries >= 0),
    deaths INTEGER NOT NULL CHECK (deaths >= 0),
    batch_id TEXT,
    batch_index INTEGER,
    client_id TEXT,
    lane TEXT,
    requested_instance_id TEXT,
    instance_id TEXT,
    submitted_at INTEGER NOT NULL,
    assigned_at INTEGER,
    sent_at INTEGER,
    started_at INTEGER,
    finished_at INTEGER,
    timeout_ms INTEGER,
    cached_nodes INTEGER NOT NULL,
    has_preview INTEGER NOT NULL CHECK (has_preview IN (0, 1)),
    error_code TEXT,
    intent_instance_id TEXT,
    intent_ready_at INTEGER,
    graph_key TEXT NOT NULL REFERENCES graphs (graph_key),
    extra_data_key TEXT REFERENCES extra_data (extra_data_key),
    reason_details TEXT,
    error TEXT,
    node_errors TEXT NOT NULL,
    outputs TEXT NOT NULL,
    progress TEXT,
    estimate TEXT,
    excluded_instance_ids TEXT NOT NULL,
    patches TEXT NOT NULL,
    submission TEXT NOT NULL,
    placement TEXT,
    evidence TEXT NOT NULL
  ) STRICT;

  CREATE INDEX jobs_queue ON jobs (priority DESC, kind DESC, rank, sequence, batch_id, instance_id, title_folded, id)
    WHERE state = 'queued';
  CREATE INDEX jobs_listed ON jobs (state, sequence, title_folded, id, batch_id, instance_id);
  CREATE INDEX jobs_of_instance ON jobs (instance_id, state, sequence) WHERE instance_id IS NOT NULL;
  CREATE INDEX jobs_of_batch ON jobs (batch_id, state, sequence, id) WHERE batch_id IS NOT NULL;
  CREATE INDEX jobs_ended ON jobs (ifnull(finished_at, submitted_at), sequence, id)
    WHERE state IN ('succeeded', 'failed', 'cancelled');
  CREATE INDEX jobs_of_graph ON jobs (graph_key);
  CREATE INDEX jobs_of_extra_data ON jobs (extra_data_key) WHERE extra_data_key IS NOT NULL;

  CREATE TABLE job_events (
    sequence INTEGER PRIMARY KEY,
    job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    at INTEGER NOT NULL,
    type TEXT NOT NULL,
    instance_id TEXT,
    details TEXT NOT NULL
  ) STRICT;
  CREATE INDEX job_events_of_job ON job_events (job_id, sequence);

  CREATE TABLE facts (
    name TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
`;
