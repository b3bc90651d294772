/**
 * A parent of its own for tests: starts one command, says so, and waits to be killed.
 * Arguments: working directory, command as JSON, environment as JSON.
 */
import { DetachedTerraformRunner } from '../DetachedTerraformRunner';

async function main() {
  const [workDir, command, env] = process.argv.slice(2);
  const run = await new DetachedTerraformRunner().start({
    workDir,
    command: JSON.parse(command),
    env: JSON.parse(env),
  });
  process.stdout.write(`started ${run.pid}\n`);
  await run.result();
}

main().catch(error => {
  process.stderr.write(`${error}\n`);
  process.exit(1);
});
