import { Portal } from './support/portal';
import { pushPipeline } from './support/pipelines';
async function main() {
  const t0 = Date.now();
  const say = (...a: unknown[]) =>
    console.log(((Date.now() - t0) / 1000).toFixed(1), ...a);
  const portal = await Portal.create();
  say('portal up', portal.folder);
  try {
    const name = 'try-push';
    await portal.api.savePipeline(
      name,
      pushPipeline(name, 'stream-alerting', { trainingEvents: 60 }),
    );
    const run = async (req: any) => {
      const d = await portal.api.createDeployment(name, req);
      for (;;) {
        const now = await portal.api.getDeployment(d.id);
        if (now.finishedAt) {
          const log = await portal.api.getDeploymentLog(d.id, { limit: 2000 });
          say(
            now.state,
            now.failure,
            now.endpoint,
            now.history.map(h => h.state + ' ' + h.at.slice(17)).join(' | '),
          );
          console.log(
            log.items
              .map(l => `   ${l.level} ${l.step}: ${l.message.slice(0, 300)}`)
              .join('\n'),
          );
          return now;
        }
        await new Promise(r => setTimeout(r, 200));
      }
    };
    const until = async (id: string, what: string) => {
      for (;;) {
        const l = await portal.api.getDeploymentLog(id, { limit: 2000 });
        if (l.items.some(i => i.message.includes(what))) return;
        const n = await portal.api.getDeployment(id);
        if (n.finishedAt) {
          say('ended early', n.state, n.failure);
          return;
        }
        await new Promise(r => setTimeout(r, 20));
      }
    };
    const end = async (id: string) => {
      for (;;) {
        const n = await portal.api.getDeployment(id);
        if (n.finishedAt) {
          say(
            n.state,
            n.attempt,
            n.failure,
            n.history.map(h => h.state + ' ' + h.at.slice(17)).join(' | '),
          );
          say(
            (await portal.api.getDeploymentLog(id, { limit: 2000 })).items
              .filter(l => l.step !== 'init')
              .map(l => `   ${l.level} ${l.step}: ${l.message.slice(0, 200)}`)
              .join('\n'),
          );
          return n;
        }
        await new Promise(r => setTimeout(r, 100));
      }
    };
    const proc = async () => {
      say(
        'lock',
        await portal.api.getTerraformLock(name),
        JSON.stringify(await portal.api.getStatus(name)),
      );
    };
    await run({});
    await portal.api.savePipeline(
      name,
      pushPipeline(name, 'stream-alerting', { trainingEvents: 50 }),
    );
    const d = await portal.api.createDeployment(name, {});
    await until(d.id, '(local-exec): Executing');
    await portal.kill('SIGKILL');
    say('killed in release');
    await portal.start();
    say('again');
    await end(d.id);
    await proc();
    await portal.api.savePipeline(
      name,
      pushPipeline(name, 'stream-alerting', { trainingEvents: 55 }),
    );
    const e = await portal.api.createDeployment(name, {});
    await until(e.id, '(local-exec): Executing');
    await portal.api.cancelDeployment(e.id);
    await end(e.id);
    await proc();
    say(
      await portal.api
        .getPipeline(name)
        .then(p => [
          p.status,
          p.deployedRevision,
          p.revision,
          p.endpoint,
          p.statusReason,
        ]),
    );
    const f = await portal.api.createDeployment(name, {});
    await until(f.id, '(local-exec): Executing');
    await portal.kill('SIGTERM');
    say('terminated in release');
    await portal.start();
    say('again');
    await end(f.id);
    await proc();
  } finally {
    await portal.dispose();
  }
}
main().catch(e => {
  console.error(e);
  process.exit(1);
});
