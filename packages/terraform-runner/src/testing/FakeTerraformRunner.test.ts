import { TerraformCommandError } from '../TerraformCommandError';
import { TerraformWorkspace } from '../TerraformWorkspace';
import { FakeTerraformRunner } from './FakeTerraformRunner';
import { removeWorkDirs, workDirWith } from './workDirs';

describe('FakeTerraformRunner', () => {
  afterEach(removeWorkDirs);

  it('answers the typed commands as the real one does', async () => {
    const workDir = await workDirWith('');
    const runner = new FakeTerraformRunner();
    const workspace = new TerraformWorkspace({ runner, workDir });

    await workspace.init();
    expect((await workspace.plan()).hasChanges).toBe(true);
    expect((await workspace.showPlan()).summary.add).toBe(1);
    await workspace.apply();
    expect(await workspace.output()).toEqual({});
    expect((await workspace.version()).version).toBe('1.11.4');
    expect((await workspace.validate()).valid).toBe(true);
    expect(runner.kinds.slice(0, 4)).toEqual(['init', 'plan', 'show', 'apply']);
  });

  it('fails, holds, aborts and loses by script', async () => {
    const workDir = await workDirWith('');
    const runner = new FakeTerraformRunner().script(
      'apply',
      {
        exitCode: 1,
        diagnostics: [{ severity: 'error', summary: 'full', detail: '' }],
      },
      { hold: true },
    );
    const workspace = new TerraformWorkspace({ runner, workDir });
    await expect(workspace.apply()).rejects.toThrow(TerraformCommandError);

    const held = await runner.start({
      workDir,
      command: { kind: 'apply', planFile: 'p' },
    });
    await expect(workspace.init()).rejects.toThrow(/still running/);
    expect(await runner.adopt(workDir)).toBe(held);
    await held.abort();
    expect(await held.result()).toMatchObject({ aborted: true, exitCode: 1 });

    const lost = await runner.start({
      workDir,
      command: { kind: 'apply', planFile: 'p' },
    });
    runner.lose(workDir);
    expect(await lost.result()).toMatchObject({ outcome: 'lost' });

    const released = await runner.start({
      workDir,
      command: { kind: 'apply', planFile: 'p' },
    });
    runner.release(workDir);
    expect(await released.result()).toMatchObject({ exitCode: 0 });
  });

  it('ends a held run whose signal fired while it was being started', async () => {
    const workDir = await workDirWith('');
    const runner = new FakeTerraformRunner().script('plan', { hold: true });
    const aborter = new AbortController();
    const starting = runner.start({
      workDir,
      command: { kind: 'plan', out: 'p' },
      signal: aborter.signal,
    });
    aborter.abort();
    expect(await (await starting).result()).toMatchObject({ aborted: true });
  });
});
