// Imports every module named in the arguments and prints, as one line of JSON, what that left open or registered.
// Run as a program of its own: a test runner has handles of its own.
import { pathToFileURL } from 'node:url';

/** What a module could leave behind by being imported. */
const observe = (): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const name of process.getActiveResourcesInfo()) counts[name] = (counts[name] ?? 0) + 1;
  for (const event of process.eventNames()) {
    counts[`process.on ${String(event)}`] = process.listenerCount(event);
  }
  return counts;
};

/** Lets requests of the import itself (reading files) end before it counts. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

// The standard streams open when first touched, and execa puts them into a table; that alone does no harm.
void [process.stdin, process.stdout, process.stderr];

const found: Record<string, readonly string[]> = {};
for (const file of process.argv.slice(2)) {
  const before = observe();
  await import(pathToFileURL(file).href);
  await settled();
  const opened = Object.entries(observe()).filter(([name, count]) => count > (before[name] ?? 0));
  if (opened.length > 0) found[file] = opened.map(([name]) => name);
}
console.log(JSON.stringify(found));
