import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { calls } from '#contract/calls/index.ts';
import type { CallDefinition, TopicDefinition } from '#contract/define.ts';
import { errorCodes } from '#contract/errors.ts';
import { topics } from '#contract/topics.ts';
import { clientMessageSchema, messageLimits, studioMessageSchema } from '#contract/wire.ts';
import { wireConstants } from '#contract/wire-constants.ts';
import { createModelText, type ModelText } from './api-docs/models.ts';

const code = (text: string): string => `\`\`\`ts\n${text}\n\`\`\``;
const httpPath = (name: string): string => `${wireConstants.callPathPrefix}${name.replace('.', '/')}`;

const callText = (name: string, call: CallDefinition, types: ModelText): string => `### ${name}

${call.summary}

\`POST ${httpPath(name)}\` · access: ${call.access}${
  call.errors.length === 0 ? '' : ` · errors: ${call.errors.map((error) => `\`${error}\``).join(', ')}`
}

${code(`input: ${types.of(call.input)}\noutput: ${types.of(call.output)}`)}`;

const topicText = (name: string, topic: TopicDefinition, types: ModelText): string => `### ${name}

${topic.summary}

${topic.keyed ? 'Watched by a key' : 'No key'} · access: ${topic.access}

${code(`snapshot: ${types.of(topic.snapshot)}\nevent: ${types.of(topic.event)}`)}`;

const errorTable = (): string =>
  [
    '| code | HTTP status | the same call may work later | meaning |',
    '| --- | --- | --- | --- |',
    ...Object.entries(errorCodes).map(
      ([name, { status, retryable, summary }]) =>
        `| \`${name}\` | ${status} | ${retryable ? 'yes' : 'no'} | ${summary} |`,
    ),
  ].join('\n');

const introduction = (): string => `# API of the studio

<!-- Made from src/contract by \`npm run docs\`; edit that, not this. -->

Everything the screens do is a **call** or the watching of a **topic**, and a script can do the same at the studio's address
(\`http://127.0.0.1:8001\` unless it was started otherwise).

## Calls over HTTP

\`POST ${wireConstants.callPathPrefix}<area>/<verb>\` with the input as JSON. An empty body counts as \`{}\`.

\`\`\`sh
curl http://127.0.0.1:8001${httpPath('instances.list')} -X POST
curl http://127.0.0.1:8001${httpPath('instances.start')} -d '{"instanceId": "character-gen"}'
\`\`\`

The answer has status 200 and the output as JSON, or the status of the error and a [WireError](#wireerror). A body may have
${messageLimits.commonMaxBytes / 1e6} MB; that of \`workflows.inspect\` ${messageLimits.workflowFileMaxBytes / 1e6} MB.

A studio with an access token wants it with every request, as \`Authorization: Bearer TOKEN\` or, from a browser, as the cookie that its
log-in link (\`/?key=...\`) gives. Requests that name a host under which the studio is not known, and requests from pages of another origin,
are refused.

## Content

Files are not JSON: \`GET ${wireConstants.contentPathPrefix}outputs/<jobId>/<index>\` answers an output of a job, and
\`PUT ${wireConstants.contentPathPrefix}inputs\` takes a file and answers \`{"uploadId": "..."}\` for \`jobs.submit\`.

## Websocket

\`ws://127.0.0.1:8001${wireConstants.webSocketPath}\` carries calls and topics as JSON texts, one message each. A client numbers its calls and
watches with ids that it never uses twice on one connection.`;

const wireText = (types: ModelText): string => `The client sends:

${code(types.of(clientMessageSchema))}

The studio sends:

${code(types.of(studioMessageSchema))}

- A \`call\` gets one \`reply\`. \`cancel\` asks the studio to stop; the reply still comes.
- A \`watch\` gets a \`snapshot\` with the whole state at a revision, then an \`event\` for each following revision. A client that misses a
  revision watches again. A slow client gets a new \`snapshot\` in place of events that were dropped. \`unwatch\` ends it.
- A \`reply\` with an error to the id of a watch means that the watch has ended.
- A message that does not fit is answered with \`INPUT_INVALID\` where it has an id; else the studio closes the connection.`;

/** The text of docs/api.md. */
export const generateApiDocs = (): string => {
  const types = createModelText();
  const areas = Map.groupBy(Object.entries<CallDefinition>(calls), ([name]) => name.split('.', 1)[0] ?? '');
  const callSections = [...areas].map(
    ([area, entries]) =>
      `## Calls: ${area}\n\n${entries.map(([name, call]) => callText(name, call, types)).join('\n\n')}`,
  );
  const topicSections = Object.entries<TopicDefinition>(topics).map(([name, topic]) => topicText(name, topic, types));
  const modelSections = types.models.map(({ name, text }) => `### ${name}\n\n${code(text)}`);
  return `${[
    introduction(),
    wireText(types),
    `## Access

\`read\` looks, \`write\` works, \`admin\` changes what the machine runs. Whoever reaches the studio on this machine, or brings its token, has
all three. Every call may also answer \`INPUT_INVALID\`, \`AUTH_REQUIRED\`, \`AUTH_FORBIDDEN\`, \`CALL_CANCELLED\` and \`INTERNAL\`.`,
    ...callSections,
    '## Topics',
    ...topicSections,
    '## Errors',
    errorTable(),
    `## Models

A field with a default may be left out of an input; in an output it always stands. \`ErrorCode\` is one of the codes above.`,
    ...modelSections,
  ].join('\n\n')}\n`;
};

const page = join(import.meta.dirname, '..', 'docs', 'api.md');

/** Whether docs/api.md says what the contract says. */
export const isApiPageFresh = (): boolean => readFileSync(page, 'utf8') === generateApiDocs();

if (import.meta.main) {
  if (!process.argv.includes('--check')) {
    writeFileSync(page, generateApiDocs());
  } else if (!isApiPageFresh()) {
    console.error('docs/api.md is stale: run `npm run docs`.');
    process.exitCode = 1;
  }
}
