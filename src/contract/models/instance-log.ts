import { z } from 'zod';

export const logLevels = ['debug', 'info', 'warning', 'error'] as const;
export const logLevelSchema = z.enum(logLevels);
export type LogLevel = z.infer<typeof logLevelSchema>;

/** Most matches whose places are answered, the newest ones; the count goes on. */
export const logMatchesMax = 100_000;
/** Most lines that one call answers. */
export const logLinesMax = 1000;

/** Every line of a log, rotated files included, by numbers from 0. */
export const logInfoSchema = z.object({
  lineCount: z.int().nonnegative(),
  sizeBytes: z.int().nonnegative(),
  generation: z.string().describe('Line numbers hold as long as this stays the same'),
  files: z.array(z.object({ path: z.string(), sizeBytes: z.int().nonnegative() })).describe('Oldest first'),
});
export type LogInfo = z.infer<typeof logInfoSchema>;

export const logLineSchema = z.object({
  number: z.int().nonnegative(),
  text: z.string().describe('With its ANSI codes; of a line beyond 16 KiB the end'),
  level: logLevelSchema,
});
export type LogLine = z.infer<typeof logLineSchema>;

export const logSearchSchema = z.object({
  generation: z.string(),
  lineCount: z.int().nonnegative().describe('Lines that were searched'),
  matchCount: z.int().nonnegative(),
  lines: z.array(z.int().nonnegative()).describe('Numbers of the matching lines, growing: the newest 100,000'),
});
export type LogSearchResult = z.infer<typeof logSearchSchema>;
