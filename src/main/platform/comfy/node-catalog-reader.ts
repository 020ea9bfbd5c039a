import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { StudioError } from '#contract/errors.ts';
import type { NodeCatalog } from '#core/ports/comfy-reader.ts';
import { type JsonMember, jsonMembers } from './json-members.ts';
import { assembleCatalog, type ClassDescription, describeClass, type SharedLists } from './node-catalog.ts';
import { parseTolerantJson } from './tolerant-json.ts';

/** Reads what instances answer to GET /object_info. */
export interface NodeCatalogReader {
  /**
   * The catalog that the text describes. Instances with the same nodes share one catalog, and classes that are described alike
   * share one description, for as long as anybody holds them. INSTANCE_WRONG_ANSWER for what is no object of JSON.
   */
  read(bytes: Buffer): Promise<NodeCatalog>;
}

/** How long the event loop may be held at once. */
const sliceMs = 8;

const wrongAnswer = (cause: unknown): StudioError =>
  new StudioError('INSTANCE_WRONG_ANSWER', undefined, {
    details: { reason: 'unexpected-shape', expected: 'object_info' },
    cause,
  });

/** Values by a key, for as long as anybody else holds them. */
const createWeakValues = <Value extends object>() => {
  const values = new Map<string, WeakRef<Value>>();
  return {
    get: (key: string): Value | undefined => values.get(key)?.deref(),
    set: (key: string, value: Value): void => {
      values.set(key, new WeakRef(value));
    },
    /** Forgets the keys of those that are gone. */
    sweep: (): void => {
      for (const [key, value] of values) if (value.deref() === undefined) values.delete(key);
    },
  };
};

const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('base64');

/**
 * The text is cut into its classes, and a class is parsed only where no other instance has described it in the same words: a second
 * instance costs little more than its download. The work is done in slices, since a text of 1.6 MB would hold up everybody else.
 */
export const createNodeCatalogReader = (): NodeCatalogReader => {
  const descriptions = createWeakValues<ClassDescription>();
  const catalogs = createWeakValues<NodeCatalog>();
  // A catalog keeps what it was made of, for the next one that is nearly the same.
  const held = new WeakMap<NodeCatalog, ReadonlyMap<string, ClassDescription>>();

  const describe = (bytes: Buffer, { start, end }: JsonMember, shared: SharedLists) => {
    const text = bytes.subarray(start, end);
    const key = digest(text);
    const known = descriptions.get(key);
    if (known !== undefined) return { key, description: known };
    const description = describeClass(parseTolerantJson(text.toString('utf8')), shared);
    descriptions.set(key, description);
    return { key, description };
  };

  const readClasses = async (bytes: Buffer) => {
    const classes = new Map<string, ClassDescription>();
    const keys: string[] = [];
    const shared: SharedLists = new Map();
    let sliceBeganAt = performance.now();
    for (const member of jsonMembers(bytes)) {
      const { key, description } = describe(bytes, member, shared);
      classes.set(member.name, description);
      keys.push(JSON.stringify(member.name), key);
      if (performance.now() - sliceBeganAt < sliceMs) continue;
      await setImmediate();
      sliceBeganAt = performance.now();
    }
    return { classes, key: digest(Buffer.from(keys.join())) };
  };

  return {
    read: async (bytes) => {
      try {
        const { classes, key } = await readClasses(bytes);
        descriptions.sweep();
        catalogs.sweep();
        const known = catalogs.get(key);
        if (known !== undefined) return known;
        const catalog = assembleCatalog(classes);
        held.set(catalog, classes);
        catalogs.set(key, catalog);
        return catalog;
      } catch (error) {
        if (error instanceof SyntaxError) throw wrongAnswer(error);
        throw error;
      }
    },
  };
};
