import { z } from 'zod';

/** One file of the bundle that a person sends along with a question. */
export const diagnosticsFileSchema = z.object({
  name: z.string().describe('Path inside the archive'),
  bytes: z.int(),
  /** The file on disk holds more; only its end is in the bundle. */
  truncated: z.boolean(),
  preview: z.string().describe('Its end for logs, its beginning for everything else'),
});

/** What the bundle would hold, as it would be written now. */
export const diagnosticsPreviewSchema = z.object({
  files: z.array(diagnosticsFileSchema),
  totalBytes: z.int(),
  maxBytes: z.int(),
  redactions: z.int().describe('Secrets, tokens and names of people that were taken out'),
});
export type DiagnosticsPreview = z.infer<typeof diagnosticsPreviewSchema>;
