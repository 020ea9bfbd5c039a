import type { ErrorText } from './error-text.ts';

/** Errors of instances: start, process, GPU. */
export const instanceErrors = {
  INSTANCE_NOT_FOUND: {
    happened: 'This instance does not exist any more.',
    means: 'It was probably deleted in another window.',
    do: 'Refresh the list and choose another one.',
  },
  INSTANCE_INVALID: {
    happened: 'The configuration has problems.',
    means: 'It was not saved.',
    do: 'Correct the marked fields.',
  },
  INSTANCE_CHANGED: {
    happened: 'This instance was changed in the meantime, in the same fields.',
    means: 'Somebody saved it in another window. Nothing was overwritten, and what you typed is still here.',
    do: 'Choose which values to keep and save again.',
  },
  TEMPLATE_NOT_FOUND: {
    happened: 'This template does not exist any more.',
    means: 'It was probably deleted in another window.',
    do: 'Choose another one.',
  },
  TEMPLATE_NAME_TAKEN: {
    detailed: ['There is a template named "{{name}}" already.'],
    happened: 'There is a template with this name already.',
    means: 'Nothing was saved.',
    do: 'Give it another name, or replace the old one.',
  },
  INSTANCE_BUSY: {
    happened: 'The instance cannot do this right now.',
    means: 'It is in the middle of starting or stopping.',
    do: 'Wait until it has finished and try again.',
  },
  INSTANCE_NOT_RUNNING: {
    happened: 'The instance is not running.',
    means: 'Only a running instance can do this.',
    do: 'Start the instance first.',
  },
  INSTANCE_REMOTE: {
    happened: 'This instance runs elsewhere.',
    means: 'Atelier gives work to a remote instance, but neither starts nor stops it.',
    do: 'Start or stop it on the machine it runs on.',
  },
  INSTANCE_DISABLED: {
    happened: 'The instance is disabled.',
    means: 'It is left out of starting and of balancing.',
    do: 'Edit the instance and enable it.',
  },
  INSTANCE_NONE_AVAILABLE: {
    happened: 'No instance is running and healthy.',
    means: 'There is nowhere to run the work.',
    do: 'Start an instance.',
  },
  INSTANCE_UNREACHABLE: {
    happened: 'The instance does not answer.',
    detailed: ['{{endpoint}} does not answer.'],
    means: 'Its server is down, blocked or very busy.',
    do: 'Check that it is running and that its address and port are right.',
  },
  INSTANCE_HUNG: {
    happened: 'The instance has work but makes no progress.',
    means: 'It is restarted and its job goes to another instance.',
    do: 'Read the log if it happens again; a custom node may be stuck.',
  },
  INSTANCE_WRONG_ANSWER: {
    happened: 'Something answers at this address, but it is not ComfyUI.',
    means: 'Another program probably uses the address.',
    do: 'Check address and port.',
  },
  INSTANCE_AUTH: {
    happened: 'The remote instance refuses the log-in.',
    means: 'The access token, user name or password is wrong or missing.',
    do: 'Edit the instance and enter them again.',
  },
  PROCESS_EXITED: {
    happened: 'ComfyUI ended by itself.',
    detailed: ['ComfyUI ended by itself with code {{exitCode}}.'],
    means: 'Its running job is given to another instance.',
    do: 'Read the last lines of the log; they usually name the cause.',
  },
  PROCESS_KILLED: {
    happened: 'ComfyUI was killed from outside.',
    detailed: ['ComfyUI was killed from outside by {{signal}}.'],
    means: 'The system does this when memory runs out; a person or another program can, too.',
    do: 'Check free memory, then start it again.',
  },
  PROCESS_CRASH_LOOP: {
    happened: 'ComfyUI ended too often in a short time.',
    means: 'It is not restarted any more, since that would hide the cause.',
    do: 'Read the log, remove the cause, then retry.',
  },
  PROCESS_SURVIVED_STOP: {
    happened: 'A process of the instance outlived its stop.',
    detailed: ['A process of the instance outlived its stop; port {{port}} may still be held.'],
    means: 'It may still hold the port or memory of the GPU.',
    do: 'End it by hand in the system monitor.',
  },
  LAUNCH_PORT_TAKEN: {
    happened: 'The port is used by a program that Atelier did not start.',
    detailed: [
      'Port {{port}} is used by {{ownerName}} (pid {{ownerPid}}), not started by this app.',
      'Port {{port}} is used by a program that Atelier did not start.',
    ],
    means: 'ComfyUI cannot listen there, so it was not started.',
    do: 'Pick another port or stop that program.',
  },
  LAUNCH_BAD_ARGUMENT: {
    happened: 'ComfyUI refuses an argument.',
    detailed: ['ComfyUI refuses {{arguments}}: {{message}}.', 'ComfyUI refuses an argument: {{message}}.'],
    means: 'It ends at once; restarting would not help.',
    do: 'Edit the instance and correct its extra arguments.',
  },
  LAUNCH_PYTHON_MISSING: {
    happened: 'The Python interpreter cannot be run.',
    detailed: ['The Python interpreter {{path}} cannot be run.'],
    means: 'It does not exist, or it is not allowed to be executed.',
    do: 'Edit the instance and choose the Python of your ComfyUI.',
  },
  LAUNCH_MODULE_MISSING: {
    happened: 'A Python module is missing.',
    detailed: ['The Python module {{module}} is missing.'],
    means: 'The environment is incomplete, or it is the wrong Python.',
    do: 'Choose another Python, or install the requirements of ComfyUI in this one.',
  },
  LAUNCH_FOLDER_INVALID: {
    happened: 'The ComfyUI folder is not there or holds no main.py.',
    detailed: ['{{path}} is not there or holds no main.py.'],
    means: 'There is nothing to start.',
    do: 'Edit the instance and choose the folder that holds main.py.',
  },
  LAUNCH_FRONTEND_MISSING: {
    happened: 'The front-end package of ComfyUI is missing.',
    means: 'ComfyUI cannot serve its own page and ends.',
    do: 'Install the requirements of ComfyUI in its Python again.',
  },
  LAUNCH_DATABASE_LOCKED: {
    happened: 'Another ComfyUI holds the database file.',
    means: 'Two instances must not share one user folder.',
    do: 'Stop the other one, or give this instance a user folder of its own.',
  },
  LAUNCH_DISK_FULL: {
    happened: 'The disk is full.',
    means: 'ComfyUI cannot write its files.',
    do: 'Free some space, then retry.',
  },
  LAUNCH_TIMEOUT: {
    happened: 'The start made no progress for too long.',
    detailed: ['The start made no progress for {{limitMs}}.'],
    means: 'ComfyUI was ended, so that it does not block the others.',
    do: 'Read the log; a download or a custom node may be stuck. Then retry.',
  },
  LAUNCH_CUSTOM_NODE: {
    happened: 'A custom node keeps ComfyUI from starting.',
    detailed: ['The custom node {{name}} keeps ComfyUI from starting.'],
    means: 'ComfyUI ends while it loads the node.',
    do: 'Update, disable or remove that custom node, then retry.',
  },
  LAUNCH_PERMISSION_DENIED: {
    happened: 'ComfyUI may not write to one of its folders.',
    detailed: ['ComfyUI may not write to {{path}}.'],
    means: 'It ends, since it cannot store its files.',
    do: 'Change the permissions of the folder, or choose another one for this instance.',
  },
  LAUNCH_FAILED: {
    happened: 'The process could not be started.',
    means: 'The system refused it.',
    do: 'Read the log, then check the folder, the Python and their permissions.',
  },
  GPU_UNAVAILABLE: {
    happened: 'The GPU is not there or cannot be used.',
    detailed: ["GPU device '{{devices}}' not available on this system."],
    means: 'The instance has nothing to work with.',
    do: 'Edit the instance and choose another GPU, or check the driver.',
  },
  GPU_OUT_OF_MEMORY: {
    happened: 'The GPU has too little free memory.',
    means: 'The models and the picture did not fit together.',
    do: 'Make the picture smaller, use a smaller model, or run it on a larger GPU.',
  },
  GPU_MISMATCH: {
    happened: 'The instance runs on another GPU than it was given.',
    detailed: ['The instance runs on {{name}} instead of {{expected}}.'],
    means: 'Another instance may use the same GPU, which slows both.',
    do: 'Restart it; if it stays, choose the GPU again.',
  },
} as const satisfies Record<string, ErrorText>;
