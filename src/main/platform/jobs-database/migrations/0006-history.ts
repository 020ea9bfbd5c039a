/**
 * What clients of the gateway read as the history of one ComfyUI: `history_at` is when a job came into it, null while it is not there
 * (comfyui-protocol.md 4.5: one that was cancelled before it began leaves no trace). Counted by triggers, as job_counts is.
 */
export const historyStep = `
  ALTER TABLE jobs ADD COLUMN hidden INTEGER NOT NULL DEFAULT 0 CHECK (hidden IN (0, 1));
  ALTER TABLE jobs ADD COLUMN history_at INTEGER;
  UPDATE jobs SET history_at = ifnull(finished_at, submitted_at)
    WHERE state IN ('succeeded', 'failed') OR (state = 'cancelled' AND started_at IS NOT NULL);
  UPDATE jobs SET history_at = ifnull(
      (SELECT max(at) FROM job_events WHERE job_id = jobs.id AND type = 'parked'), ifnull(assigned_at, submitted_at))
    WHERE state = 'parked';
  CREATE INDEX jobs_of_history ON jobs (history_at, sequence, id) WHERE history_at IS NOT NULL;

  CREATE TABLE history_count (jobs INTEGER NOT NULL) STRICT;
  INSERT INTO history_count SELECT count(*) FROM jobs WHERE history_at IS NOT NULL;
  CREATE TRIGGER history_added AFTER INSERT ON jobs WHEN new.history_at IS NOT NULL
    BEGIN UPDATE history_count SET jobs = jobs + 1; END;
  CREATE TRIGGER history_removed AFTER DELETE ON jobs WHEN old.history_at IS NOT NULL
    BEGIN UPDATE history_count SET jobs = jobs - 1; END;
  CREATE TRIGGER history_entered AFTER UPDATE OF history_at ON jobs WHEN old.history_at IS NULL AND new.history_at IS NOT NULL
    BEGIN UPDATE history_count SET jobs = jobs + 1; END;
  CREATE TRIGGER history_left AFTER UPDATE OF history_at ON jobs WHEN old.history_at IS NOT NULL AND new.history_at IS NULL
    BEGIN UPDATE history_count SET jobs = jobs - 1; END;
`;
