import '../theme/global.css';
import { createRoot } from 'react-dom/client';
import { createCannedChanges } from './canned-changes.ts';
import { createFixtureApp } from './fixture-app.tsx';
import { scenarios } from './scenarios.ts';

// `page.html?scenario=fleet#/instances` shows a screen without a studio, for work on the screens and for pictures of them.
const asked = new URLSearchParams(location.search).get('scenario');
if (asked !== null) {
  sessionStorage.setItem('scenario', asked);
  // A hash route takes the query of the page for a part of its own.
  history.replaceState(null, '', `${location.pathname}${location.hash}`);
}
const name = sessionStorage.getItem('scenario') ?? 'fleet';
const scenario = scenarios[name];
const root = document.getElementById('root');
if (scenario === undefined || root === null) throw new Error(`there is no scenario ${name}`);
const app = createFixtureApp(scenario);
Object.assign(globalThis, { cannedChanges: createCannedChanges(app) });
void app.ready.then(() => createRoot(root).render(app.element));
if (scenario.drops === true) setTimeout(() => app.server.drop({ down: true }), 1000);
