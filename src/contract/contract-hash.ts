import { z } from 'zod';
import { calls } from './calls/index.ts';
import type { CallDefinition, TopicDefinition } from './define.ts';
import { errorCodes } from './errors.ts';
import { topics } from './topics.ts';

/** JSON with sorted keys, so that the order in which a table was written does not count. */
const canonical = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  return `{${entries
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`)
    .join(',')}}`;
};

/** FNV-1a, 64 bits, over UTF-16 units: tells versions apart, protects against nothing. */
const fnv1a64 = (text: string): string => {
  let hash = 0xcbf29ce484222325n;
  for (let index = 0; index < text.length; index += 1) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(text.charCodeAt(index))) * 0x100000001b3n);
  }
  return hash.toString(16).padStart(16, '0');
};

const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): unknown =>
  z.toJSONSchema(schema, { io, unrepresentable: 'any' });

/** The three tables of a contract. */
export interface ContractTables {
  readonly calls: Readonly<Record<string, CallDefinition>>;
  readonly topics: Readonly<Record<string, TopicDefinition>>;
  readonly errors: Readonly<Record<string, unknown>>;
}

/** What crosses the wire, as data: names, shapes and access of calls and topics, and the error codes. */
const describeContract = ({ calls, topics, errors }: ContractTables): unknown => ({
  calls: Object.fromEntries(
    Object.entries(calls).map(([name, { input, output, access }]) => [
      name,
      { input: schemaOf(input, 'input'), output: schemaOf(output, 'output'), access },
    ]),
  ),
  topics: Object.fromEntries(
    Object.entries(topics).map(([name, { snapshot, event, keyed, access }]) => [
      name,
      { snapshot: schemaOf(snapshot, 'output'), event: schemaOf(event, 'output'), keyed, access },
    ]),
  ),
  errors: Object.keys(errors).toSorted(),
});

/** Sixteen hex digits that change when the contract does; the order of its tables does not count. */
export const hashOfContract = (tables: ContractTables): string => fnv1a64(canonical(describeContract(tables)));

/** The hash of this contract, which a page compares with `studio.describe`. It takes some 50 ms: ask once. */
export const contractHash = (): string => hashOfContract({ calls, topics, errors: errorCodes });
