import { expect, it } from 'vitest';
import { createEmitter } from './emitter.ts';

it('tells all listeners, in their order, until they are taken off', () => {
  const heard: string[] = [];
  const emitter = createEmitter<string>();
  const off = emitter.on((event) => heard.push(`one ${event}`));
  emitter.on((event) => heard.push(`two ${event}`));
  emitter.emit('a');
  off();
  emitter.emit('b');
  expect(heard).toEqual(['one a', 'two a', 'two b']);
});

it('a listener that throws harms neither the others nor whoever emits, and its error is told', () => {
  const heard: string[] = [];
  const errors: unknown[] = [];
  const emitter = createEmitter<string>((error) => errors.push(error));
  emitter.on(() => {
    throw new Error('broken');
  });
  emitter.on((event) => heard.push(event));
  emitter.emit('a');
  expect(heard).toEqual(['a']);
  expect(errors).toEqual([new Error('broken')]);
});

it('an error that nobody takes goes to whoever emits', () => {
  const emitter = createEmitter<string>();
  emitter.on(() => {
    throw new Error('broken');
  });
  expect(() => emitter.emit('a')).toThrow('broken');
});
