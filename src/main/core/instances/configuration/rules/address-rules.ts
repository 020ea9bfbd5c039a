import type { FieldProblem, InstanceConfiguration } from '#contract/models/instance.ts';
import type { HostReach, PortState } from '../../../ports/machine.ts';
import { isHost, isLoopback, isThisMachine, parseRemoteUrl, reachableHost } from '../remote-address.ts';
import { failing, warning } from './problem.ts';

export const isPort = (port: number): boolean => Number.isInteger(port) && port >= 1 && port <= 65_535;

const portTaken = (port: number, other: InstanceConfiguration): FieldProblem =>
  failing('port', 'port-instance', `Port ${port} is already used by instance "${other.name}"`, {
    port,
    instanceId: other.id,
    instanceName: other.name,
  });

const ownerText = ({ owner }: PortState): string => {
  if (owner === null || (owner.name === null && owner.pid === null)) return 'another program';
  const name = owner.name ?? 'a program';
  return owner.pid === null ? name : `${name} (pid ${owner.pid})`;
};

/** Two instances clash where one process could not listen beside the other; a remote one on this machine counts too. */
const clashes = (port: number, other: InstanceConfiguration): boolean =>
  other.port === port && (other.kind === 'local' || isLoopback(other.host));

export interface LocalAddressFacts {
  readonly others: readonly InstanceConfiguration[];
  /** null: the port was not looked at, because it is none or because the instance itself listens there. */
  readonly portState: PortState | null;
  /** The instance is stored already and keeps its port, so that its other fields can be edited while a stranger sits there. */
  readonly keepsPort: boolean;
}

/** Findings about where a local instance listens. */
export const localAddressProblems = (
  { host, port }: InstanceConfiguration,
  { others, portState, keepsPort }: LocalAddressFacts,
): readonly FieldProblem[] => {
  const problems: FieldProblem[] = [];
  if (!isHost(host))
    problems.push(failing('host', 'host-invalid', `"${host}" is not a host name or an address`, { host }));
  else if (!isLoopback(host)) {
    problems.push(
      warning('host', 'host-public', 'Other machines can reach this instance, and ComfyUI has no log-in', { host }),
    );
  }
  if (!isPort(port))
    return [
      ...problems,
      failing('port', 'port-range', 'Port must be between 1 and 65535', { port, min: 1, max: 65_535 }),
    ];
  if (port < 1024) {
    problems.push(
      warning('port', 'port-privileged', `Port ${port} is below 1024, which most systems keep for administrators`, {
        port,
      }),
    );
  }
  const clash = others.find((other) => clashes(port, other));
  if (clash !== undefined) return [...problems, portTaken(port, clash)];
  if (portState !== null && !portState.free) {
    const say = keepsPort ? warning : failing;
    const details = { port, pid: portState.owner?.pid ?? null, program: portState.owner?.name ?? null };
    problems.push(say('port', 'port-taken', `Port ${port} is already used by ${ownerText(portState)}`, details));
  }
  return problems;
};

const urlReasons = {
  syntax: 'is not an address such as http://gpu-box:8188',
  protocol: 'must begin with http:// or https://',
  credentials: 'must not hold a user name or password; use the authentication fields, which keep them as a secret',
  query: 'must not have a query or a fragment',
} as const;

const reachTexts: Readonly<Record<Exclude<HostReach, 'open'>, string>> = {
  refused: 'refuses the connection: nothing listens there now',
  'unknown-host': 'has a host name that nobody knows',
  unreachable: 'cannot be reached from this machine',
  timeout: 'does not answer in time',
};

export interface RemoteAddressFacts {
  readonly others: readonly InstanceConfiguration[];
  /** Where this studio and its gateway listen themselves. */
  readonly ownAddresses: readonly string[];
  /** null: it was not tried. */
  readonly reach: HostReach | null;
}

/** Whether a listener at `own` answers at the address: all names of this machine count as one. */
const leadsTo = (own: string, address: { readonly host: string; readonly port: number }): boolean => {
  const listener = parseRemoteUrl(own);
  if (!listener.ok || listener.port !== address.port) return false;
  return isThisMachine(listener.host)
    ? isThisMachine(address.host)
    : listener.host.toLowerCase() === address.host.toLowerCase();
};

/** Findings about the address of a remote instance. */
export const remoteAddressProblems = (
  configuration: InstanceConfiguration,
  { others, ownAddresses, reach }: RemoteAddressFacts,
): readonly FieldProblem[] => {
  const { url, authentication } = configuration;
  const address = parseRemoteUrl(url);
  if (!address.ok) {
    // A password in the address must not come back in a message.
    const shown = address.reason === 'credentials' ? 'The address' : `"${url}"`;
    return [failing('url', `url-${address.reason}`, `${shown} ${urlReasons[address.reason]}`)];
  }
  if (!isPort(address.port))
    return [failing('port', 'port-range', 'Port must be between 1 and 65535', { port: address.port })];
  // A job handed to the gateway would come back as a new job, for ever.
  if (ownAddresses.some((own) => leadsTo(own, address))) {
    const message = `${address.baseUrl} is this program itself, not a ComfyUI`;
    return [failing('url', 'address-own', message, { host: address.host, port: address.port })];
  }
  const problems: FieldProblem[] = [];
  const same = others.find(
    (other) =>
      other.port === address.port &&
      (isLoopback(address.host) && isLoopback(other.host)
        ? reachableHost(other.host) === reachableHost(address.host)
        : other.kind === 'remote' && other.host.toLowerCase() === address.host.toLowerCase()),
  );
  if (same !== undefined) {
    problems.push(
      failing('url', 'address-instance', `${address.baseUrl} is already used by instance "${same.name}"`, {
        instanceId: same.id,
        instanceName: same.name,
      }),
    );
  }
  if (authentication.type !== 'none' && !address.secure && !isLoopback(address.host)) {
    problems.push(
      warning('url', 'credentials-unencrypted', 'The credentials cross the network unencrypted; use https', {
        host: address.host,
      }),
    );
  }
  if (authentication.type === 'basic' && authentication.username.trim() === '') {
    problems.push(failing('authentication.username', 'username-missing', 'User name is required'));
  }
  if (reach !== null && reach !== 'open') {
    // A warning only: the other machine may simply be off at the moment, and the studio tells when it is there.
    problems.push(
      warning('url', 'host-unreachable', `${address.baseUrl} ${reachTexts[reach]}`, {
        host: address.host,
        port: address.port,
        reason: reach,
      }),
    );
  }
  return problems;
};
