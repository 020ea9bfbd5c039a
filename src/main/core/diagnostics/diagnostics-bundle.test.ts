import { describe, expect, it } from 'vitest';
import { type BundleFile, type BundleSource, bundleFiles, lastBytes } from './diagnostics-bundle.ts';

const facts = { secrets: ['hunter2'], userNames: [], machineNames: [] };
const log = (name: string, text: string, truncated = false): BundleSource => ({
  kind: 'log',
  name,
  readEnd: async () => ({ text, truncated }),
});

const filesOf = async (sources: readonly BundleSource[], limits = { logBytes: 100, totalBytes: 300 }) => {
  const files: BundleFile[] = [];
  const { signal } = new AbortController();
  for await (const file of bundleFiles(sources, facts, { limits, signal })) files.push(file);
  return files;
};

describe('the diagnostics bundle (002-H5)', () => {
  it('redacts every file, and lists all of them in its guide', async () => {
    const files = await filesOf([
      { kind: 'facts', name: 'settings.json', read: async () => ({ apiToken: 'x', path: '/home/mara/x' }) },
      log('logs/hunter2.log', 'password hunter2\n'),
    ]);
    expect(files.map(({ name }) => name)).toEqual(['settings.json', 'logs/[redacted].log', 'README.txt']);
    expect(JSON.parse(files[0]?.text ?? '')).toEqual({ apiToken: '[redacted]', path: '/home/[user]/x' });
    expect(files[1]?.text).not.toContain('hunter2');
    expect(files.map(({ redactions }) => redactions)).toEqual([2, 1, 0]);
    expect(files[2]?.text).toContain('logs/[redacted].log');
  });

  it('holds the ends of logs from a whole line on, within its limits', async () => {
    const long = Array.from({ length: 50 }, (_, index) => `line ${index}`).join('\n');
    const [first] = await filesOf([log('a.log', `half a secr\n${long}`, true)]);
    expect(first?.truncated).toBe(true);
    expect(first?.bytes).toBeLessThanOrEqual(100);
    expect(first?.text).toMatch(/^line \d+\n[\s\S]*line 49$/);
    const all = await filesOf(Array.from({ length: 9 }, (_, index) => log(`${index}.log`, long)));
    expect(all.slice(0, -1).reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(300);
    expect(all.length).toBeLessThan(9);
  });

  it('goes on where a source cannot be read', async () => {
    const broken: BundleSource = {
      kind: 'facts',
      name: 'gpus.json',
      read: () => Promise.reject(new TypeError('/home/x')),
    };
    const files = await filesOf([broken, log('a.log', 'fine\n')]);
    expect(files[0]?.text).toBe('could not be read: TypeError\n');
    expect(files[1]?.text).toBe('fine\n');
  });

  it('ends with its reader', async () => {
    const abort = new AbortController();
    const files: string[] = [];
    for await (const file of bundleFiles([log('a', 'x'), log('b', 'y')], facts, {
      limits: { logBytes: 10, totalBytes: 100 },
      signal: abort.signal,
    })) {
      files.push(file.name);
      abort.abort();
    }
    expect(files).toEqual(['a', 'README.txt']);
  });

  it('cuts at characters', () => {
    expect(lastBytes('äöü', 3)).toBe('ü');
    expect(lastBytes('short', 99)).toBe('short');
  });
});
