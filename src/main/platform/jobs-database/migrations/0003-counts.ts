/**
 * How many jobs are in each state, of all jobs (batch_id '') and of each batch, kept right by triggers, so that a count costs the same
 * for ten jobs and for a hundred thousand, and stays right when somebody deletes rows with the sqlite shell.
 */
const count = (row: 'new' | 'old', by: 1 | -1): string => `
  INSERT INTO job_counts (batch_id, state, jobs) VALUES ('', ${row}.state, ${by})
    ON CONFLICT (batch_id, state) DO UPDATE SET jobs = jobs + ${by};
  INSERT INTO job_counts (batch_id, state, jobs) SELECT ${row}.batch_id, ${row}.state, ${by} WHERE ${row}.batch_id IS NOT NULL
    ON CONFLICT (batch_id, state) DO UPDATE SET jobs = jobs + ${by};
`;

export const countsStep = `
  CREATE TABLE job_counts (
    batch_id TEXT NOT NULL,
    state TEXT NOT NULL,
    jobs INTEGER NOT NULL,
    PRIMARY KEY (batch_id, state)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO job_counts SELECT '', state, count(*) FROM jobs GROUP BY state;
  INSERT INTO job_counts SELECT batch_id, state, count(*) FROM jobs WHERE batch_id IS NOT NULL GROUP BY batch_id, state;

  CREATE TRIGGER job_added AFTER INSERT ON jobs BEGIN ${count('new', 1)} END;
  CREATE TRIGGER job_removed AFTER DELETE ON jobs BEGIN ${count('old', -1)} END;
  CREATE TRIGGER job_changed AFTER UPDATE OF state, batch_id ON jobs
    WHEN old.state <> new.state OR old.batch_id IS NOT new.batch_id
    BEGIN ${count('old', -1)} ${count('new', 1)} END;
  CREATE TRIGGER batch_removed AFTER DELETE ON batches BEGIN DELETE FROM job_counts WHERE batch_id = old.id; END;
`;
