import { createContext, type ReactNode, useContext, useState } from 'react';
import { useStore } from 'zustand';
import { createWizardStore, type WizardState, type WizardStore } from './wizard-state.ts';

const WizardContext = createContext<WizardStore | null>(null);

/** Gives its pages what was typed and chosen on the way; each page reads it from the window again. */
export const WizardProvider = ({ children }: { readonly children: ReactNode }): ReactNode => {
  const [store] = useState(() => createWizardStore(() => sessionStorage));
  return <WizardContext value={store}>{children}</WizardContext>;
};

export const useWizard = <Selected,>(select: (state: WizardState) => Selected): Selected => {
  const store = useContext(WizardContext);
  if (store === null) throw new Error('useWizard is used outside WizardProvider');
  return useStore(store, select);
};
