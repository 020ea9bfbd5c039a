import { z } from 'zod';

/** What a client may do about an error: `status` is its HTTP status, `retryable` that the same call may work later. */
interface ErrorKind {
  readonly status: number;
  readonly retryable: boolean;
  readonly summary: string;
}

const kind = (status: number, summary: string, retryable = false): ErrorKind => ({ status, retryable, summary });

/**
 * Every error the product can answer. The prefix says who can fix it: INPUT_ the caller, INSTANCE_/PROCESS_/LAUNCH_/GPU_/
 * ENVIRONMENT_ the owner of the machine, WORKFLOW_/JOB_ the author of a workflow, STORE_ the disk, HOST_ the shell.
 */
export const errorCodes = {
  INPUT_INVALID: kind(400, 'The input does not fit the contract.'),
  INPUT_TOO_LARGE: kind(413, 'The input is larger than the limit.'),
  INPUT_PATH_OUTSIDE: kind(400, 'A path climbs out of the folder that it must stay in.'),
  AUTH_REQUIRED: kind(401, 'The call needs an access token.'),
  AUTH_FORBIDDEN: kind(403, 'The caller may not do this.'),
  AUTH_ORIGIN: kind(403, 'The request comes from a page of another origin.'),
  AUTH_HOST: kind(403, 'The request names a host under which this studio is not known.'),
  AUTH_LIMITED: kind(429, 'Too many wrong tokens from this address.', true),
  METHOD_UNKNOWN: kind(404, 'There is no such call or topic.'),
  METHOD_NOT_ALLOWED: kind(405, 'The address does not answer this HTTP method.'),
  CALL_CANCELLED: kind(499, 'The caller cancelled the call.'),
  CALL_TOO_MANY: kind(429, 'Too many calls or watches at once on one connection.', true),
  CONNECTION_LOST: kind(503, 'The connection to the studio is gone.', true),
  INSTANCE_NOT_FOUND: kind(404, 'There is no instance with this id.'),
  INSTANCE_INVALID: kind(400, 'The configuration of the instance has errors.'),
  INSTANCE_CHANGED: kind(409, 'The instance was changed in the meantime, in the same fields.'),
  INSTANCE_BUSY: kind(409, 'The instance cannot do this in its present state.', true),
  INSTANCE_NOT_RUNNING: kind(409, 'The instance is not running.', true),
  INSTANCE_REMOTE: kind(409, 'A remote instance is neither started nor stopped by this program.'),
  INSTANCE_DISABLED: kind(409, 'The instance is disabled.'),
  INSTANCE_NONE_AVAILABLE: kind(503, 'No instance is running and healthy.', true),
  INSTANCE_UNREACHABLE: kind(502, 'The instance does not answer.', true),
  INSTANCE_HUNG: kind(502, 'The instance has work but makes no progress.', true),
  INSTANCE_WRONG_ANSWER: kind(502, 'The address answers, but not as ComfyUI does.'),
  INSTANCE_AUTH: kind(502, 'The remote instance refuses the credentials.'),
  TEMPLATE_NOT_FOUND: kind(404, 'There is no template with this id.'),
  TEMPLATE_NAME_TAKEN: kind(409, 'There is a template with this name.'),
  PROCESS_EXITED: kind(502, 'The process ended by itself.', true),
  PROCESS_KILLED: kind(502, 'The process was killed by a signal from outside.', true),
  PROCESS_CRASH_LOOP: kind(502, 'The process ended too often in a short time.'),
  PROCESS_SURVIVED_STOP: kind(500, 'A process of the instance outlived its stop.'),
  LAUNCH_PORT_TAKEN: kind(409, 'The port is used by a program that this one did not start.'),
  LAUNCH_BAD_ARGUMENT: kind(400, 'ComfyUI refuses an argument.'),
  LAUNCH_PYTHON_MISSING: kind(400, 'The Python interpreter does not exist or cannot be run.'),
  LAUNCH_MODULE_MISSING: kind(400, 'A Python module is missing in the environment.'),
  LAUNCH_FOLDER_INVALID: kind(400, 'The ComfyUI folder does not exist or holds no main.py.'),
  LAUNCH_FRONTEND_MISSING: kind(400, 'The front-end package of ComfyUI is missing.'),
  LAUNCH_DATABASE_LOCKED: kind(409, 'Another ComfyUI holds the database file.'),
  LAUNCH_PERMISSION_DENIED: kind(400, 'ComfyUI may not use a file or an address that it needs.'),
  LAUNCH_DISK_FULL: kind(507, 'The disk is full.'),
  LAUNCH_TIMEOUT: kind(504, 'The start made no progress within the limit.', true),
  LAUNCH_CUSTOM_NODE: kind(400, 'A custom node stops ComfyUI from starting.'),
  LAUNCH_FAILED: kind(500, 'The process could not be started.'),
  GPU_UNAVAILABLE: kind(400, 'The GPU is not there or cannot be used.'),
  GPU_OUT_OF_MEMORY: kind(507, 'The GPU has too little free memory.', true),
  GPU_MISMATCH: kind(500, 'The instance runs on another GPU than it was given.'),
  WORKFLOW_NOT_JSON: kind(400, 'The workflow is not JSON.'),
  WORKFLOW_UI_FORMAT: kind(400, 'The workflow is in the editor format; the API format is needed.'),
  WORKFLOW_INVALID: kind(400, 'The file is no workflow in API format.'),
  WORKFLOW_NO_OUTPUTS: kind(400, 'The workflow has no output node.'),
  WORKFLOW_NODE_UNKNOWN: kind(400, 'The instance does not know a node of the workflow.'),
  WORKFLOW_REJECTED: kind(400, 'ComfyUI rejects the workflow.'),
  WORKFLOW_NOT_FOUND: kind(404, 'There is no saved workflow with this id.'),
  WORKFLOW_CHANGED: kind(409, 'The saved workflow was changed in the meantime.'),
  WORKFLOW_LIBRARY_FULL: kind(409, 'The library has as many workflows as it may have.'),
  JOB_NOT_FOUND: kind(404, 'There is no job with this id.'),
  JOB_FINISHED: kind(409, 'The job has already ended.'),
  JOB_NODE_FAILED: kind(500, 'A node of the workflow raised an error.'),
  JOB_LOST: kind(502, 'The instance lost the job.', true),
  JOB_TIMEOUT: kind(504, 'The job made no progress within its limit.', true),
  JOB_NOT_REPEATED: kind(
    502,
    'The instance was lost while it ran the job, which acts outside ComfyUI and may have done so; it is not run again by itself.',
  ),
  JOB_SECRET_LOST: kind(500, 'The stored key that the job needs for its API nodes cannot be read any more.'),
  JOB_QUEUE_FULL: kind(429, 'The queue is full.', true),
  JOB_QUEUE_CLOSED: kind(503, 'The queue takes no new jobs now.', true),
  JOB_NOT_WAITING: kind(409, 'The job does not wait in the queue.'),
  JOB_NOT_FINISHED: kind(409, 'The job has not ended yet.'),
  BATCH_NOT_FOUND: kind(404, 'There is no batch with this id.'),
  BATCH_TOO_LARGE: kind(413, 'The batch has more jobs than one may have.'),
  BATCH_PARAMETER_INVALID: kind(400, 'A list of the batch is for an input that the workflow does not have.'),
  GALLERY_ITEM_NOT_FOUND: kind(404, 'There is no result with this id.'),
  GALLERY_NO_THUMBNAIL: kind(404, 'No small picture can be made of this result.'),
  GALLERY_TRASH_GONE: kind(404, 'What was moved to the trash cannot be brought back from here any more.'),
  STORE_CORRUPT: kind(500, 'A stored file is damaged.'),
  STORE_NEWER_VERSION: kind(409, 'A stored file was written by a newer version.'),
  STORE_READ_FAILED: kind(500, 'A stored file cannot be read.', true),
  STORE_WRITE_FAILED: kind(507, 'A file could not be written.', true),
  STORE_LOCKED: kind(409, 'Another studio uses this data folder.'),
  SERVER_PORT_TAKEN: kind(409, 'The address of the studio or of the gateway is taken.'),
  GATEWAY_PORT_BUSY: kind(409, 'The ComfyUI on this port has work, or does not end.', true),
  GATEWAY_PORT_FOREIGN: kind(409, 'Another program has the port and cannot be moved from here.'),
  SERVER_TOKEN_NEEDED: kind(400, 'An address beyond this machine needs an access token.'),
  SERVER_ADDRESS_UNUSABLE: kind(400, 'This program may not open the address, or this machine does not have it.'),
  CONFIGURATION_UNREADABLE: kind(400, 'The file holds no configuration in a format that is known.'),
  CONFIGURATION_NEWER_VERSION: kind(409, 'The file was written by a newer version.'),
  CONFIGURATION_OUTDATED: kind(409, 'The instances or settings have changed since the preview; make it again.', true),
  SNAPSHOT_NOT_FOUND: kind(404, 'There is no snapshot with this id any more.'),
  MIGRATION_FINDING_GONE: kind(409, 'What the plan is to be made of was not found in the last scan; scan again.'),
  MIGRATION_PLAN_OUTDATED: kind(409, 'The machine has changed since the plan was made; make it again.'),
  MIGRATION_BUSY: kind(409, 'Another migration is under way.', true),
  MIGRATION_RUN_NOT_FOUND: kind(404, 'There is no migration run with this id.'),
  HOST_UNSUPPORTED: kind(501, 'This host cannot do that.'),
  INTERNAL: kind(500, 'An unexpected error.'),
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof errorCodes;

const codeNames = Object.keys(errorCodes);
const isErrorCode = (value: unknown): value is ErrorCode => typeof value === 'string' && codeNames.includes(value);
export const errorCodeSchema = z.custom<ErrorCode>(isErrorCode, 'unknown error code');

/** Facts about an error for a program to use; never a secret, a stack or a path that the caller did not give. */
export type ErrorDetails = Readonly<Record<string, unknown>>;

/** An error as it crosses a wire. `message` is a plain English sentence for logs and scripts. */
export const wireErrorSchema = z.object({
  code: errorCodeSchema,
  message: z.string(),
  details: z.record(z.string(), z.unknown()).optional(),
  retryable: z.boolean(),
});
export type WireError = z.infer<typeof wireErrorSchema>;

/** The one error class of the product. `message` defaults to the summary of the code. */
export class StudioError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails | undefined;

  constructor(code: ErrorCode, message?: string, options: { details?: ErrorDetails; cause?: unknown } = {}) {
    super(message ?? errorCodes[code].summary, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'StudioError';
    this.code = code;
    this.details = options.details;
  }

  get retryable(): boolean {
    return errorCodes[this.code].retryable;
  }

  get status(): number {
    return errorCodes[this.code].status;
  }
}

/** What may be told about any thrown value: a StudioError as it is, everything else as INTERNAL without its text. */
export const toWireError = (error: unknown): WireError => {
  if (!(error instanceof StudioError)) {
    return { code: 'INTERNAL', message: errorCodes.INTERNAL.summary, retryable: false };
  }
  const { code, message, details, retryable } = error;
  return details === undefined ? { code, message, retryable } : { code, message, details: { ...details }, retryable };
};

/** The StudioError that a wire error stands for. */
export const fromWireError = (error: WireError): StudioError =>
  new StudioError(error.code, error.message, error.details === undefined ? {} : { details: error.details });
