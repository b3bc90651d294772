import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countGpus } from './countGpus';

it('counts what nvidia-smi lists, and none without it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gpu-'));
  const command = join(folder, 'nvidia-smi');
  await writeFile(
    command,
    `#!/bin/sh
echo "GPU 0: NVIDIA A40 (UUID: GPU-1)"
echo "  MIG 1g.5gb Device 0: (UUID: MIG-1)"
echo "GPU 1: NVIDIA A40 (UUID: GPU-2)"
`,
    { mode: 0o755 },
  );
  expect(await countGpus(command)).toBe(2);
  await rm(folder, { recursive: true });
  expect(await countGpus(command)).toBe(0);
});
