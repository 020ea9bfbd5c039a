import './theme/global.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createStudioClient } from '#contract/client.ts';
import { buildApp } from './shell/build-app.tsx';
import { chooseConnect } from './studio-client/connect.ts';
import { reloadOnUpdate } from './studio-client/reload-on-update.ts';

const client = createStudioClient(chooseConnect(), {
  schedule: (delayMs, task) => {
    const timer = setTimeout(task, delayMs);
    return () => clearTimeout(timer);
  },
  random: Math.random,
});
reloadOnUpdate(client, { storage: sessionStorage, reload: () => location.reload() });

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no #root');
const { element, ready } = buildApp({ client, storage: localStorage });
void ready.then(() => createRoot(root).render(<StrictMode>{element}</StrictMode>));
