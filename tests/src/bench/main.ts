import { benchDeploy } from './deploy';
import { benchOverview } from './overview';

async function main() {
  await benchOverview();
  await benchDeploy();
}

main().catch(error => {
  console.error(error);
  process.exitCode = 1;
});
