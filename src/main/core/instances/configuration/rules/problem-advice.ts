import type { ProblemCode } from '#contract/models/problem-codes.ts';

/** What to do about a rule that a draft breaks: plain English for scripts, beside the sentences of the screens. */
export const problemAdvice: Readonly<Partial<Record<ProblemCode, string>>> = {
  'comfyui-folder-missing': 'Choose the folder that holds ComfyUI, the one with main.py in it.',
  'main-file-missing':
    'Choose the folder that holds main.py; in a portable build that is the folder ComfyUI inside it.',
  'path-missing': 'Check the spelling, and whether the drive is connected.',
  'path-unreadable': 'Give the user who runs Atelier the right to read it.',
  'path-not-writable': 'Give the user who runs Atelier the right to write there, or choose another folder.',
  'python-missing': 'Choose the Python of the environment in which ComfyUI was installed, such as venv/bin/python.',
  'python-not-executable': 'Choose the program itself, such as venv/bin/python.',
  'python-not-run': 'Install Python, or choose the Python of the environment in which ComfyUI was installed.',
  'python-of-system': 'If ComfyUI was installed into an environment, choose its Python.',
  'host-not-here': 'Use 127.0.0.1, an address of this machine, or 0.0.0.0 for all of them.',
  'port-taken': 'Choose another port, or stop the program that uses this one.',
  'port-instance': 'Choose another port; Atelier suggests the next free one.',
  'port-range': 'Choose a port between 1024 and 65535.',
  'gpu-missing': 'Choose one of the GPUs in the list, or auto.',
  'argument-unknown': 'Remove the argument: ComfyUI ends at once when it meets one it does not know.',
  'arguments-unchecked': 'Check folder and Python first; the arguments are checked against the help of this ComfyUI.',
};
