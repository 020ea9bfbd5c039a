import { instanceConfigurationSchema } from '#contract/models/instance.ts';
import { createFleetStore } from './fleet-store.ts';

/** Saves ever new fleets into the folder given as argument, until it is killed (or after enough of them). */
const [folder = '', size = '1'] = process.argv.slice(2);
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
// With a handler, a write beyond RLIMIT_FSIZE fails with EFBIG instead of ending the process.
process.on('SIGXFSZ', () => {});

const store = createFleetStore({ folder, now: () => 0, makeId: () => 'fixture', logger: silent });
for (let round = 1; round <= 2000; round += 1) {
  const instances = [
    instanceConfigurationSchema.parse({ id: 'one', name: String(round), description: 'x'.repeat(Number(size)) }),
  ];
  try {
    await store.save({ instances, activeInstanceId: 'one' });
    process.stdout.write(`saved ${round}\n`);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    process.stdout.write(`failed ${code}\n`);
    process.exit(3);
  }
}
