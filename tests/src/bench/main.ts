import { benchDeploy } from './deploy';
import { benchOverview } from './overview';
import { benchPortfolio } from './portfolio';

async function main() {
  await benchOverview();
  await benchPortfolio();
  await benchDeploy();
}

main().catch(error => {
  console.error(error);
  process.exitCode = 1;
});
