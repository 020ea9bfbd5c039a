import type { NodeFailure } from '../python/node-failure.ts';
import { floatText, pythonRepr, pythonText } from '../python/python-text.ts';
import { configPair, type InputConfig } from './input-config.ts';
import type { ValidationReason } from './prompt-model.ts';

const listLimit = 20;

export const requiredInputMissing = (input: InputConfig): ValidationReason => ({
  type: 'required_input_missing',
  message: 'Required input is missing',
  details: input.label,
  extra_info: { input_name: input.name },
});

export const badLinkedInput = (input: InputConfig, received: unknown): ValidationReason => ({
  type: 'bad_linked_input',
  message: 'Bad linked input, must be a length-2 list of [node_id, slot_index]',
  details: input.name,
  extra_info: { input_name: input.name, input_config: configPair(input), received_value: received },
});

export const returnTypeMismatch = (input: InputConfig, received: unknown, link: unknown): ValidationReason => ({
  type: 'return_type_mismatch',
  message: 'Return type mismatch between linked nodes',
  details: `${input.name}, received_type(${pythonText(received)}) mismatch input_type(${pythonText(input.type)})`,
  extra_info: {
    input_name: input.name,
    input_config: configPair(input),
    received_type: received,
    linked_node: link,
  },
});

export const invalidInputType = (input: InputConfig, received: unknown, failure: NodeFailure): ValidationReason => ({
  type: 'invalid_input_type',
  message: `Failed to convert an input value to a ${pythonText(input.type)} value`,
  details: `${input.name}, ${pythonText(received)}, ${failure.message}`,
  extra_info: {
    input_name: input.name,
    input_config: configPair(input),
    received_value: received,
    exception_message: failure.message,
  },
});

const limitText = (input: InputConfig, value: number): string =>
  input.type === 'FLOAT' ? floatText(value) : pythonText(value);

/** A value beyond `limit`, the declared minimum or maximum. */
export const valueOutOfRange = (
  input: InputConfig,
  received: number,
  side: 'min' | 'max',
  limit: number,
): ValidationReason => ({
  type: side === 'min' ? 'value_smaller_than_min' : 'value_bigger_than_max',
  message:
    `Value ${limitText(input, received)} ${side === 'min' ? 'smaller' : 'bigger'} than ${side} of ` +
    limitText(input, limit),
  details: input.name,
  extra_info: { input_name: input.name, input_config: configPair(input), received_value: received },
});

/** `wrong` is what of the value the list does not have: all of it, or some of several choices. */
export const valueNotInList = (
  input: InputConfig,
  { value, wrong }: { readonly value: unknown; readonly wrong: readonly unknown[] },
  options: readonly unknown[],
): ValidationReason => {
  const isLong = options.length > listLimit;
  const list = isLong ? `(list of length ${options.length})` : pythonRepr(options);
  return {
    type: 'value_not_in_list',
    message: 'Value not in list',
    details: `${input.name}: ${wrong.map(pythonRepr).join(', ')} not in ${list}`,
    extra_info: {
      input_name: input.name,
      input_config: isLong ? null : configPair(input),
      received_value: value,
    },
  };
};

export const customValidationFailed = (inputName: string, reason: string): ValidationReason => ({
  type: 'custom_validation_failed',
  message: 'Custom validation failed for node',
  details: reason === '' ? inputName : `${inputName} - ${reason}`,
  extra_info: { input_name: inputName },
});

export const dependencyCycle = (nodeId: string, cycle: readonly string[], path: string): ValidationReason => ({
  type: 'dependency_cycle',
  message: 'Dependency cycle detected',
  details: path,
  extra_info: { node_id: nodeId, cycle_nodes: cycle },
});

/** Validation of the node behind a link raised; the reason goes to that node, with the input that led there. */
export const innerException = (input: InputConfig, link: unknown, failure: NodeFailure): ValidationReason => ({
  type: 'exception_during_inner_validation',
  message: 'Exception when validating inner node',
  details: failure.message,
  extra_info: {
    input_name: input.name,
    input_config: configPair(input),
    exception_message: failure.message,
    exception_type: failure.exceptionType,
    traceback: failure.traceback,
    linked_node: link,
  },
});

/** Validation of an output node itself raised. */
export const outputException = (failure: NodeFailure): ValidationReason => ({
  type: 'exception_during_validation',
  message: 'Exception when validating node',
  details: failure.message,
  extra_info: { exception_type: failure.exceptionType, traceback: failure.traceback },
});
