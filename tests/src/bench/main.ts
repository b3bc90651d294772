import { benchClusterDeploy } from './clusterDeploy';
import { benchClusterStatus } from './clusterStatus';
import { benchDeploy } from './deploy';
import { benchOverview } from './overview';
import { benchPortfolio } from './portfolio';

async function main() {
  await benchOverview();
  await benchPortfolio();
  await benchDeploy();
  await benchClusterStatus();
  await benchClusterDeploy();
}

main().catch(error => {
  console.error(error);
  process.exitCode = 1;
});
