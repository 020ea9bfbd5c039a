import { createSpotlight } from '@mantine/spotlight';

/** Whether the search of commands is open, and what opens it: apart from the search, which comes when it is first needed. */
export const [commandSearchStore, commandSearch] = createSpotlight();
