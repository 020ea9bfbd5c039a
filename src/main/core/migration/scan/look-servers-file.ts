import type { MigrationCandidate, MigrationRemark } from '#contract/models/migration.ts';
import { isObject, type JsonObject } from '../../shared/json-object.ts';
import { listField, numberField, textField } from './json-fields.ts';
import { lastPart } from './last-part.ts';
import { damagedFile } from './read-file.ts';
import { remoteCandidate, splitLogin } from './remote-candidate.ts';
import { findingRemark, type Sighting } from './scan-context.ts';

const maxServers = 256;

interface Login {
  readonly authentication: MigrationCandidate['authentication'];
  readonly secret: string;
  readonly remarks: readonly MigrationRemark[];
}

const loginOf = (server: JsonObject, name: string): Login => {
  const inAddress = splitLogin(textField(server, 'serverUrl'));
  const given = isObject(server['authentication']) ? server['authentication'] : {};
  const type = textField(given, 'type');
  if (type === 'basic' || (type === '' && inAddress.username !== '')) {
    const username = (textField(given, 'username') || inAddress.username).slice(0, 200);
    return {
      authentication: { type: 'basic', username },
      secret: textField(given, 'password') || inAddress.password,
      remarks: [],
    };
  }
  if (type !== 'bearer' && type !== 'token' && type !== 'api-key') {
    return { authentication: { type: 'none' }, secret: '', remarks: [] };
  }
  const secret = textField(given, 'token') || textField(given, 'password');
  const remarks =
    type === 'api-key'
      ? [
          findingRemark(
            'unsupported-login',
            'warning',
            `${name} wants a key in a header of its own; Atelier sends it as a bearer token.`,
            { name, type },
          ),
        ]
      : [];
  return { authentication: { type: 'bearer' }, secret, remarks };
};

/**
 * The servers file of document 002 (`comfyui-servers-<ms>.json`). Passwords and tokens are taken out of it, for the secret store; those
 * that it lacks are asked for.
 */
export const readServersFile = (document: JsonObject, file: string): Sighting => {
  const servers = listField(document, 'servers');
  const active = textField(document, 'activeServerId') || textField(document, 'defaultServerId');
  const secrets = new Map<string, string>();
  const remarks: MigrationRemark[] = [];
  if (!Array.isArray(document['servers']) || servers.some((server) => !isObject(server))) {
    remarks.push(damagedFile(file, 'servers'));
  }
  const candidates = servers
    .filter(isObject)
    .slice(0, maxServers)
    .flatMap((server, index) => {
      const name = textField(server, 'name') || `Server ${index + 1}`;
      const address = textField(server, 'serverUrl');
      if (address === '') {
        remarks.push(damagedFile(file, `the address of ${name}`));
        return [];
      }
      const { authentication, secret, remarks: more } = loginOf(server, name);
      remarks.push(...more);
      const id = textField(server, 'id');
      const key = `${index}:${id}`.slice(0, 200);
      if (secret !== '') secrets.set(key, secret);
      const timeoutMs = numberField(server, 'timeout');
      const candidate: MigrationCandidate = {
        ...remoteCandidate(key, name, address),
        authentication,
        hasSecret: secret !== '',
        isActive: active === '' ? server['isActive'] === true : id === active,
        settings:
          timeoutMs !== null && Number.isInteger(timeoutMs) && timeoutMs >= 1000 && timeoutMs <= 86_400_000
            ? { timeoutMs }
            : {},
      };
      return [candidate];
    });
  if (secrets.size > 0) {
    const text = `${secrets.size} passwords or tokens stand in ${file} in clear text; they go into the secret store.`;
    remarks.push(findingRemark('secret-kept-apart', 'info', text, { path: file, count: secrets.size }));
  }
  return { kind: 'servers-file', title: lastPart(file), location: file, version: '', candidates, remarks, secrets };
};
