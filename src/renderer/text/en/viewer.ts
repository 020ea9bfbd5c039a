/** ComfyUI's own page inside the studio. */
export const viewer = {
  title: 'ComfyUI',
  choose: 'Whose page is shown',
  gateway: 'All as one (gateway)',
  gatewayPage: 'ComfyUI at the gateway',
  pageOf: 'ComfyUI of {{name}}',
  embedded: 'The page of ComfyUI',
  copyAddress: 'Copy the address',
  reload: 'Reload the page',
  openOutside: 'Open in the browser',
  loading: 'The page is loading',
  gone: {
    title: 'This instance does not exist any more',
    means: 'It was deleted, or the address is an old one.',
    action: 'Show the gateway',
  },
  nobody: {
    title: 'No instance is running',
    means: 'The gateway shows the page of a running instance. It comes here by itself as soon as one runs.',
    start: 'Start all instances',
    create: 'Create an instance',
  },
  starting: { title: '{{name}} is starting', means: 'Its page comes here by itself as soon as it answers.' },
  stopping: { title: '{{name}} is stopping', means: 'Its page is gone until it is started again.' },
  stopped: {
    title: '{{name}}: {{status}}',
    means: 'It has a page only while it runs. Jobs that wait for it stay in the queue.',
    start: 'Start instance',
    log: 'Show the log',
  },
  unreachable: {
    title: 'The page does not answer',
    means: 'It is asked again every few seconds and comes here by itself. The log of the instance may say more.',
  },
  noFrames: {
    title: 'Pages of the web cannot be shown in this window',
    means: 'Open the page in the browser.',
  },
  notIsolated: {
    title: 'This browser cannot show the page here',
    means:
      'It would send the access of the studio along to ComfyUI, since it cannot keep cookies out of a frame. Chrome and Edge can.',
  },
  refused: {
    title: 'This ComfyUI does not let itself be shown here',
    means: 'It answers with "{{rule}}", which forbids other pages to frame it. Open it in the browser.',
  },
  elsewhere: {
    title: 'This page can be reached on the studio’s machine only',
    means:
      'Its address is for that machine alone. Use the gateway from here, after it was given an address of the network.',
  },
} as const;
