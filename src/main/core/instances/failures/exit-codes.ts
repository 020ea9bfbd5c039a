import type { ErrorCode } from '#contract/errors.ts';
import type { ProcessExit } from '#core/ports/process-host.ts';

/** Windows ends a crashed program with an NTSTATUS as its exit code, e.g. 3221225477. Names as in ntstatus.h. */
const windowsStatusNames: Readonly<Record<string, string>> = {
  '0xC0000005': 'ACCESS_VIOLATION',
  '0xC0000006': 'IN_PAGE_ERROR',
  '0xC0000017': 'NO_MEMORY',
  '0xC000001D': 'ILLEGAL_INSTRUCTION',
  '0xC0000094': 'INTEGER_DIVIDE_BY_ZERO',
  '0xC00000FD': 'STACK_OVERFLOW',
  '0xC000012D': 'COMMITMENT_LIMIT',
  '0xC0000135': 'DLL_NOT_FOUND',
  '0xC000013A': 'CONTROL_C_EXIT',
  '0xC0000142': 'DLL_INIT_FAILED',
  '0xC0000374': 'HEAP_CORRUPTION',
  '0xC0000409': 'STACK_BUFFER_OVERRUN',
  '0xC06D007E': 'MODULE_NOT_FOUND',
};

/** An exit code in the error range of NTSTATUS, signed or not, as its usual hexadecimal form; null for any other code. */
export const windowsStatus = (exitCode: number): { readonly status: string; readonly name: string | null } | null => {
  const unsigned = exitCode < 0 ? exitCode + 2 ** 32 : exitCode;
  if (unsigned < 0xc000_0000 || unsigned >= 2 ** 32) return null;
  const status = `0x${unsigned.toString(16).toUpperCase()}`;
  return { status, name: windowsStatusNames[status] ?? null };
};

/** Signals that come from somebody, not from a fault of the program itself. SIGKILL is also how the kernel frees memory. */
const outsideSignals: ReadonlySet<string> = new Set(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT']);

/** What an exit says by itself, without the log. */
export const describeExit = (
  exit: ProcessExit,
): { readonly code: ErrorCode; readonly details: Readonly<Record<string, unknown>> } => {
  const { code, signal } = exit;
  if (signal !== null) {
    return { code: outsideSignals.has(signal) ? 'PROCESS_KILLED' : 'PROCESS_EXITED', details: { signal } };
  }
  const windows = code === null ? null : windowsStatus(code);
  return {
    code: 'PROCESS_EXITED',
    details:
      windows === null
        ? { exitCode: code }
        : { exitCode: code, windowsStatus: windows.status, windowsStatusName: windows.name },
  };
};
