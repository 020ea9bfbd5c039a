/** How a program that somebody else started was started. */
export interface ForeignProcess {
  readonly pid: number;
  /** argv, the program first. */
  readonly command: readonly string[];
  readonly workingFolder: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Looks at processes that are not the studio's own, and asks one to end. */
export interface ForeignProcesses {
  /** null where there is none, where it belongs to another user, or where the system does not tell. */
  describe(pid: number): Promise<ForeignProcess | null>;
  /** SIGINT, which ComfyUI takes as Ctrl+C (comfyui-protocol.md 1.3); only if it still is the process that was described. */
  interrupt(found: ForeignProcess): Promise<boolean>;
}
