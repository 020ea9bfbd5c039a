import '../theme/global.css';
import { createRoot } from 'react-dom/client';
import { createFixtureApp } from './fixture-app.tsx';
import { scenarios } from './scenarios.ts';

// `page.html?scenario=fleet#/instances` shows a screen without a studio, for work on the screens and for pictures of them.
const name = new URLSearchParams(location.search).get('scenario') ?? 'fleet';
const scenario = scenarios[name];
const root = document.getElementById('root');
if (scenario === undefined || root === null) throw new Error(`there is no scenario ${name}`);
const app = createFixtureApp(scenario);
createRoot(root).render(app.element);
if (scenario.drops === true) setTimeout(() => app.server.drop({ down: true }), 1000);
