import { ownFormatName } from '#contract/models/configuration.ts';
import { isObject, type JsonObject } from '../../shared/json-object.ts';
import type { ExchangeFile } from '../exchange-file.ts';
import { readAtelierFile } from './atelier-format.ts';
import { isEnvironmentText, readEnvironmentFormat } from './environment-format.ts';
import { readInstancesConfig } from './instances-config.ts';
import { readInstancesJson, type SplitArguments } from './instances-json.ts';
import { unreadable } from './unreadable.ts';

const parse = (text: string): unknown => {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch (error) {
    if (error instanceof SyntaxError) throw unreadable(text.trim() === '' ? 'empty' : 'not-json');
    throw error;
  }
};

/** The two foreign lists share a name and nothing else: one counts its instances, the other one names them. */
const isInstancesConfig = (document: JsonObject, instances: readonly unknown[]): boolean =>
  !Object.hasOwn(document, 'global_settings') &&
  (Object.hasOwn(document, 'lastSaved') ||
    (typeof document['version'] === 'string' &&
      instances.every((each) => isObject(each) && typeof each['id'] === 'string')));

/** Reads a file of any known format, told by what is in it; its name does not matter. */
export const readExchangeFile = (text: string, split: SplitArguments): ExchangeFile => {
  const bare = text.replace(/^\uFEFF/, '');
  if (!/^\s*[[{"]/.test(bare) && isEnvironmentText(bare)) return readEnvironmentFormat(bare);
  const document = parse(bare);
  if (!isObject(document)) throw unreadable('not-an-object');
  if (document['format'] === ownFormatName) return readAtelierFile(document);
  const instances = document['instances'];
  if (!Array.isArray(instances)) throw unreadable('no-list');
  return isInstancesConfig(document, instances) ? readInstancesConfig(document) : readInstancesJson(document, split);
};
