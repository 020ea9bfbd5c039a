import { startHeadlessStudio } from './hosts/headless-studio.ts';
import { expect, test } from './hosts/studio-test.ts';
import { instancesPage } from './pages/instances-page.ts';

test('the page finds its way back when the studio is killed and started again', async ({ page, dataFolder }) => {
  const first = await startHeadlessStudio({ dataFolder, arguments: ['--sandbox', '1'] });
  const instances = instancesPage(page);
  await instances.open(first.ready.studio);
  await instances.expectStatus('Sandbox 1', 'Running');
  const pid = first.ready.instances[0]?.pid;
  await first.end('SIGKILL');
  await expect(page.getByText('The connection to the studio is gone.')).toBeVisible();

  const port = new URL(first.ready.studio).port;
  const second = await startHeadlessStudio({ dataFolder, arguments: ['--sandbox', '1', '--studio-port', port] });
  try {
    await expect(page.getByText('The connection to the studio is gone.')).toBeHidden();
    await instances.expectStatus('Sandbox 1', 'Running');
    expect(second.ready.instances[0]?.pid).toBe(pid);
    await instances.act('Sandbox 1', 'Stop');
    await instances.expectStatus('Sandbox 1', 'Stopped');
  } finally {
    await second.end('SIGTERM');
  }
});
