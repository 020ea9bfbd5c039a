PRAGMA foreign_keys = OFF;
BEGIN TRANSACTION;
CREATE TABLE graphs (
    graph_key TEXT PRIMARY KEY NOT NULL,
    graph TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
INSERT INTO graphs VALUES ('graph-1', '{"3":{"class_type":"KSampler","inputs":{"seed":1,"steps":20,"model":["4",0]},"_meta":{"title":"sampler"}},"4":{"class_type":"CheckpointLoaderSimple","inputs":{"ckpt_name":"base.safetensors"}},"9":{"class_type":"SaveImage","inputs":{"images":["3",0],"filename_prefix":"picture"}}}');
CREATE TABLE extra_data (
    extra_data_key TEXT PRIMARY KEY NOT NULL,
    extra_data TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
INSERT INTO extra_data VALUES ('extra-1', '{"extra_pnginfo":{"workflow":{"id":"w"}}}');
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
INSERT INTO jobs VALUES (1, '0b0f1f5e-51c1-4a55-8f5c-000000000001', 'succeeded', NULL, 'Harbour', 'harbour', 0, 'batch', 0, 0, 1, 0, '6f1e5a52-8a3f-4f0e-9a51-0d4e1c2b7a10', 0, NULL, NULL, NULL, 'gpu-2', 1763000100000, NULL, NULL, NULL, 1763000109000, NULL, 0, 0, NULL, NULL, NULL, 'graph-1', NULL, NULL, NULL, '[]', '[]', NULL, NULL, '[]', '[]', '{"inputs":[],"number":1,"upstreamClientId":"upstream","passThrough":{}}', NULL, '{"entry":null,"refusal":null,"acceptedWith":null,"outputFolders":null}');
INSERT INTO jobs VALUES (2, '0b0f1f5e-51c1-4a55-8f5c-000000000002', 'running', NULL, 'Lighthouse', 'lighthouse', 0, 'batch', 0, 0, 1, 0, '6f1e5a52-8a3f-4f0e-9a51-0d4e1c2b7a10', 1, NULL, NULL, NULL, 'gpu-1', 1763000100000, NULL, 1763000100500, 1763000100600, NULL, NULL, 0, 0, NULL, 'gpu-1', 1763000000000, 'graph-1', 'extra-1', NULL, NULL, '[]', '[]', NULL, NULL, '[]', '[{"nodeId":"3","inputName":"seed","value":7}]', '{"inputs":[],"number":1,"upstreamClientId":"upstream","passThrough":{}}', NULL, '{"entry":null,"refusal":null,"acceptedWith":null,"outputFolders":null}');
INSERT INTO jobs VALUES (3, '0b0f1f5e-51c1-4a55-8f5c-000000000003', 'failed', NULL, 'Painter''s choice', 'painter''s choice', 0, 'interactive', 0, 0, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, 1763000100000, NULL, NULL, NULL, 1763000100100, NULL, 0, 0, 'JOB_NODE_FAILED', NULL, NULL, 'graph-1', NULL, NULL, '{"code":"JOB_NODE_FAILED","message":"No","retryable":false}', '[]', '[]', NULL, NULL, '[]', '[]', '{"inputs":[],"number":1,"upstreamClientId":"upstream","passThrough":{}}', NULL, '{"entry":null,"refusal":null,"acceptedWith":null,"outputFolders":null}');
INSERT INTO jobs VALUES (4, '0b0f1f5e-51c1-4a55-8f5c-000000000004', 'queued', NULL, 'Urgent', 'urgent', 50, 'interactive', 0, 0, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, 1763000100001, NULL, NULL, NULL, NULL, NULL, 0, 0, NULL, NULL, NULL, 'graph-1', NULL, NULL, NULL, '[]', '[]', NULL, NULL, '[]', '[]', '{"inputs":[],"number":1,"upstreamClientId":"upstream","passThrough":{}}', NULL, '{"entry":null,"refusal":null,"acceptedWith":null,"outputFolders":null}');
CREATE TABLE job_events (
    sequence INTEGER PRIMARY KEY,
    job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    at INTEGER NOT NULL,
    type TEXT NOT NULL,
    instance_id TEXT,
    details TEXT NOT NULL
  ) STRICT;
INSERT INTO job_events VALUES (1, '0b0f1f5e-51c1-4a55-8f5c-000000000002', 1763000100000, 'submitted', NULL, '{}');
INSERT INTO job_events VALUES (2, '0b0f1f5e-51c1-4a55-8f5c-000000000002', 1763000100001, 'assigned', NULL, '{}');
CREATE TABLE facts (
    name TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
INSERT INTO facts VALUES ('mode', '"paused"');
CREATE INDEX jobs_queue ON jobs (priority DESC, kind DESC, rank, sequence, batch_id, instance_id, title_folded, id)
    WHERE state = 'queued';
CREATE INDEX jobs_listed ON jobs (state, sequence, title_folded, id, batch_id, instance_id);
CREATE INDEX jobs_of_instance ON jobs (instance_id, state, sequence) WHERE instance_id IS NOT NULL;
CREATE INDEX jobs_of_batch ON jobs (batch_id, state, sequence, id) WHERE batch_id IS NOT NULL;
CREATE INDEX jobs_ended ON jobs (ifnull(finished_at, submitted_at), sequence, id)
    WHERE state IN ('succeeded', 'failed', 'cancelled');
CREATE INDEX jobs_of_graph ON jobs (graph_key);
CREATE INDEX jobs_of_extra_data ON jobs (extra_data_key) WHERE extra_data_key IS NOT NULL;
CREATE INDEX job_events_of_job ON job_events (job_id, sequence);
PRAGMA application_id = 1098148970;
PRAGMA user_version = 1;
COMMIT;
