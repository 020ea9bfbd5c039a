import { isObject, type JsonObject } from '../../shared/json-object.ts';
import { portField, textField, textRecord } from './json-fields.ts';
import { deviceOf } from './read-arguments.ts';

/** A service of a compose file, as far as it tells how a ComfyUI runs in it. */
export interface ComposeService {
  readonly name: string;
  /** 001-B1; the name of the service where it is not set. */
  readonly instanceId: string;
  /** On the host. */
  readonly port: number | null;
  readonly arguments: string;
  /** Empty where it may use all GPUs. */
  readonly gpuDevice: string;
  readonly variables: ReadonlyMap<string, string>;
}

const mostServices = 64;

/** `${NAME}`, `${NAME:-otherwise}` and `${NAME-otherwise}` of the `.env` file beside it. */
const filledIn = (text: string, variables: ReadonlyMap<string, string>): string =>
  text.replace(/\$\{(\w+)(?::?-([^}]*))?\}|\$(\w+)/gu, (_whole, braced?: string, otherwise?: string, bare?: string) => {
    const value = variables.get(braced ?? bare ?? '');
    return value === undefined || value === '' ? (otherwise ?? '') : value;
  });

/** An object, or a list of `NAME=value`. */
const environmentOf = (service: JsonObject, variables: ReadonlyMap<string, string>): ReadonlyMap<string, string> => {
  const given = service['environment'];
  const entries: (readonly [string, string])[] = Array.isArray(given)
    ? given.flatMap((line) => {
        const entry = typeof line === 'string' ? /^(\w+)(?:=(.*))?$/su.exec(line) : null;
        const name = entry?.[1];
        return name === undefined ? [] : [[name, entry?.[2] ?? variables.get(name) ?? ''] as const];
      })
    : Object.entries(textRecord(given));
  return new Map(entries.map(([name, value]) => [name, filledIn(value, variables)]));
};

/** The port of the host in `8189:8188`, `127.0.0.1:8189:8188/tcp` or `{ published: 8189 }`; the first one that is a port. */
const publishedPort = (service: JsonObject, variables: ReadonlyMap<string, string>): number | null => {
  const ports = service['ports'];
  if (!Array.isArray(ports)) return null;
  for (const entry of ports) {
    if (isObject(entry)) {
      const port = portField({ port: filledIn(textRecord(entry)['published'] ?? '', variables) }, 'port');
      if (port !== null) return port;
    } else if (typeof entry === 'string') {
      const parts = filledIn(entry, variables)
        .replace(/\/\w+$/u, '')
        .split(':');
      const port = parts.length < 2 ? null : portField({ port: parts.at(-2) }, 'port');
      if (port !== null) return port;
    }
  }
  return null;
};

/** `deploy.resources.reservations.devices[].device_ids`, as compose gives GPUs to a service. */
const reservedDevices = (service: JsonObject): string => {
  let value: unknown = service;
  for (const key of ['deploy', 'resources', 'reservations', 'devices'])
    value = isObject(value) ? value[key] : undefined;
  const ids = (Array.isArray(value) ? value : []).filter(isObject).flatMap((device) => {
    const list = device['device_ids'];
    return Array.isArray(list) ? list.map(String) : [];
  });
  return deviceOf(ids.join(','));
};

/** The services of a parsed compose file. What is no service, or of another shape, is left out. */
export const composeServices = (
  document: unknown,
  variables: ReadonlyMap<string, string>,
): readonly ComposeService[] => {
  const services = isObject(document) && isObject(document['services']) ? Object.entries(document['services']) : [];
  return services.slice(0, mostServices).flatMap(([name, service]) => {
    if (!isObject(service)) return [];
    const environment = environmentOf(service, variables);
    const visible = environment.get('NVIDIA_VISIBLE_DEVICES') ?? environment.get('CUDA_VISIBLE_DEVICES') ?? '';
    return [
      {
        name,
        instanceId: environment.get('COMFY_INSTANCE_ID') || name,
        port: publishedPort(service, variables) ?? portField({ port: environment.get('COMFY_PORT') }, 'port'),
        arguments: environment.get('CLI_ARGS') ?? textField(service, 'command'),
        gpuDevice: reservedDevices(service) || deviceOf(/^(?:all|void|none)$/iu.test(visible) ? '' : visible),
        variables: environment,
      },
    ];
  });
};
