/** The settings page. */
export const settings = {
  title: 'Settings',
  failed: 'The settings could not be loaded',
  loading: 'Loading settings',
  saved: 'Saved.',
  balancing: {
    title: 'Balancing',
    label: 'How work is given to instances',
    'least-loaded': {
      label: 'Least loaded',
      means: 'The instance with the fewest running workflows gets the next one.',
    },
    'round-robin': { label: 'Round robin', means: 'Instances take turns, one after the other.' },
    random: { label: 'Random', means: 'Any free instance, by chance.' },
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
