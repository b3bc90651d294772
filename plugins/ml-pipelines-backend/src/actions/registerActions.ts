import type { ActionsOptions } from './ActionsOptions';
import { registerDeployPipeline } from './deployPipeline';
import { registerExplainFailure } from './explainFailure';
import { registerGetDeployment } from './getDeployment';
import { registerGetPipeline } from './getPipeline';
import { registerGetPipelineStatus } from './getPipelineStatus';
import { registerGetPortfolio } from './getPortfolio';
import { registerListAlerts } from './listAlerts';
import { registerListPipelines } from './listPipelines';
import { registerValidatePipeline } from './validatePipeline';

/**
 * What assistants (over MCP) and templates can ask the backend. All see and may
 * do what their user sees and may do in the portal; one of them changes something.
 */
export function registerActions(options: ActionsOptions): void {
  registerListPipelines(options);
  registerGetPipeline(options);
  registerGetPipelineStatus(options);
  registerValidatePipeline(options);
  registerDeployPipeline(options);
  registerGetDeployment(options);
  registerExplainFailure(options);
  registerListAlerts(options);
  registerGetPortfolio(options);
}
