/** The client id under which a prompt was sent, where it is not the job's own: its events are heard under no other. */
export const intentClientStep = `
  ALTER TABLE jobs ADD COLUMN intent_client_id TEXT;
`;
