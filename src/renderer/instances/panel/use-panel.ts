import { getRouteApi } from '@tanstack/react-router';
import { type PanelState, panelOf, searchOf } from './panel-state.ts';

const route = getRouteApi('/instances');

interface Panel {
  readonly panel: PanelState;
  readonly change: (changes: Partial<PanelState>) => void;
}

/** What the panel shows, read from and written to the address. */
export const usePanel = (): Panel => {
  const panel = panelOf(route.useSearch());
  const navigate = route.useNavigate();
  return {
    panel,
    change: (changes) => void navigate({ replace: true, search: (old) => searchOf({ ...panelOf(old), ...changes }) }),
  };
};
