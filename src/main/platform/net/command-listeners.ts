import type { CommandRunner, PortOwner } from '#core/ports/machine.ts';

const timeoutMs = 5000;

/** The listener in the output of `lsof -nP -iTCP:<port> -sTCP:LISTEN -Fpc`: a line `p<pid>`, then `c<name>`. */
export const parseLsof = (output: string): PortOwner | null => {
  const lines = output.split('\n');
  const pid = lines.find((line) => /^p\d+$/.test(line))?.slice(1);
  const name = lines.find((line) => line.startsWith('c'))?.slice(1);
  return pid === undefined ? null : { pid: Number(pid), name: name ?? null };
};

/** The pid that listens on a port in the output of Windows' `netstat -ano -p TCP` (and TCPv6); the state word is localised. */
export const parseNetstat = (output: string, port: number): number | null => {
  for (const line of output.split('\n')) {
    const [protocol, local, remote, , pid] = line.trim().split(/\s+/);
    const listens = protocol?.startsWith('TCP') === true && (remote === '0.0.0.0:0' || remote === '[::]:0');
    if (listens && local?.endsWith(`:${port}`) === true && /^\d+$/.test(pid ?? '')) return Number(pid);
  }
  return null;
};

/** The program's name in a line of `tasklist /FO CSV /NH`; null for its sentence that nothing was found. */
export const parseTasklist = (output: string): string | null => /^"([^"]+)"/.exec(output.trim())?.[1] ?? null;

export const findMacosListener = async (runner: CommandRunner, port: number): Promise<PortOwner | null> =>
  parseLsof((await runner.run('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc'], { timeoutMs })).stdout);

export const findWindowsListener = async (runner: CommandRunner, port: number): Promise<PortOwner | null> => {
  const tables = await Promise.all(
    ['TCP', 'TCPv6'].map((kind) => runner.run('netstat', ['-ano', '-p', kind], { timeoutMs })),
  );
  const pid = parseNetstat(tables.map(({ stdout }) => stdout).join('\n'), port);
  if (pid === null) return null;
  const tasks = await runner.run('tasklist', ['/FI', `PID eq ${pid}`, '/FO', 'CSV', '/NH'], { timeoutMs });
  return { pid, name: parseTasklist(tasks.stdout) };
};
