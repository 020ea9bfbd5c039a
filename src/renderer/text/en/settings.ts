/** The settings page. */
export const settings = {
  title: 'Settings',
  failed: 'The settings could not be loaded',
  loading: 'Loading settings',
  saved: 'Saved.',
  balancing: {
    title: 'Balancing',
    label: 'How work is given to instances',
    'fastest-finish': {
      label: 'Fastest finish',
      means: 'Each job goes where it is expected to be done first, loading models and waiting included.',
    },
    'least-loaded': {
      label: 'Least loaded',
      means: 'The instance with the fewest running workflows gets the next one.',
    },
    'round-robin': { label: 'Round robin', means: 'Instances take turns, one after the other.' },
    random: { label: 'Random', means: 'Any free instance, by chance.' },
    weighted: {
      label: 'Weighted',
      means: 'Instances share the work by the weight that stands in their configuration.',
    },
    recommended: 'default',
  },
  queue: {
    title: 'Queue',
    starvationMinutes: 'Wait after which a job is next (minutes)',
    starvationMeans:
      'After this long, a job comes before all later ones of its priority and kind. Only an instance that has just loaded other models goes on with them first, for at most 30 times as long as the load took, so that loads never eat up the work. Batch jobs get a turn at least this often while interactive jobs keep coming.',
    startPaused: 'Start with the queue paused',
    startPausedMeans: 'Waiting jobs stay where they are after a start until you resume the queue.',
    keptDays: 'Keep ended jobs for (days)',
    keptDaysMeans: 'Older ones are removed from the list; their files stay.',
    keptCount: 'Keep at most this many ended jobs',
    keptCountMeans: 'The oldest are removed first. 0 keeps none.',
  },
  memory: {
    title: 'Models and memory',
    loads: 'Instances that may load models at once',
    loadsMeans: '0 = as usual for this machine: 1 on Windows, 2 elsewhere. More at once slow each other down.',
    cacheRam: 'Memory for model caches of all instances (GB)',
    cacheRamMeans:
      '0 = as usual for this machine. Shared out to the instances whose ComfyUI knows --cache-ram, at their next start.',
  },
  starting: {
    title: 'Starting',
    maxConcurrentStarts: 'Instances that may start at once',
    maxConcurrentStartsMeans: 'Loading ComfyUI is heavy on disk and memory; one at a time is kind to the machine.',
    startupDelaySeconds: 'Pause between two starts (seconds)',
    startupDelayMeans: '0 starts the next one as soon as the one before is ready.',
    stopOnExit: 'Stop instances when Atelier ends',
    stopOnExitMeans: 'Off: they go on working and are taken over at the next start.',
  },
  appearance: {
    title: 'Appearance',
    scheme: 'Colour scheme',
    dark: 'Dark',
    light: 'Light',
    auto: 'As the system',
  },
  about: {
    title: 'About',
    version: 'Version',
    studio: 'Studio address',
    gateway: 'Gateway address',
    dataFolder: 'Data folder',
    platform: 'Platform',
    started: 'Running since',
    off: 'off',
    openFolder: 'Show folder',
  },
} as const;
