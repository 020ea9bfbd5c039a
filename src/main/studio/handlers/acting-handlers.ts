import type { CallHandlers } from '#contract/handlers.ts';
import type { InstanceActor } from '#contract/models/instance-event.ts';
import type { EventBook } from '#core/instances/events/event-book.ts';

type Commands = Pick<
  CallHandlers,
  | 'instances.start'
  | 'instances.stop'
  | 'instances.restart'
  | 'instances.pause'
  | 'instances.resume'
  | 'instances.drain'
  | 'instances.startAll'
  | 'instances.stopAll'
  | 'instances.delete'
>;

/** The same commands, with a word in the books of the instances on who gave them. */
export const signCommands = <Handlers extends Commands>(handlers: Handlers, events: EventBook): Handlers => {
  const as =
    <Input, Context, Output>(actor: InstanceActor, handler: (input: Input, context: Context) => Output) =>
    (input: Input, context: Context): Output =>
      events.acting(actor, () => handler(input, context));
  return {
    ...handlers,
    'instances.start': as('user', handlers['instances.start']),
    'instances.stop': as('user', handlers['instances.stop']),
    'instances.restart': as('user', handlers['instances.restart']),
    'instances.pause': as('user', handlers['instances.pause']),
    'instances.resume': as('user', handlers['instances.resume']),
    'instances.drain': as('user', handlers['instances.drain']),
    'instances.startAll': as('user', handlers['instances.startAll']),
    'instances.stopAll': as('user', handlers['instances.stopAll']),
    'instances.delete': as('deletion', handlers['instances.delete']),
  };
};
