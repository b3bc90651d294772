/** Path of the overview of all pipelines within the portal. @public */
export const OVERVIEW_PATH = '/ml-pipelines';

/** Catalog entity that stands for a pipeline. @public */
export function pipelineEntityRef(name: string): string {
  return `component:default/${name}`;
}

/** Path of a pipeline's entity page. @public */
export function pipelinePagePath(name: string): string {
  return `/catalog/default/component/${encodeURIComponent(name)}`;
}

/** Path of the page that follows one deployment: the deployments tab, with that one open. @public */
export function deploymentPagePath(name: string, deployment: string): string {
  return `${pipelinePagePath(name)}/deployments?deployment=${encodeURIComponent(
    deployment,
  )}`;
}

/** Path of the page that follows one run: the runs tab, with that one open. @public */
export function runPagePath(name: string, run: string): string {
  return `${pipelinePagePath(name)}/runs/${encodeURIComponent(run)}`;
}

/** Path of a pipeline's page about its model and the versions of it. @public */
export function modelPagePath(name: string): string {
  return `${pipelinePagePath(name)}/ml-model`;
}

/** Path that reopens a draft with everything in it (*correct and resume*). @public */
export function draftPagePath(id: string): string {
  return `${OVERVIEW_PATH}/drafts/${encodeURIComponent(id)}`;
}

/** Path of the page of all alerts. @public */
export const ALERTS_PATH = `${OVERVIEW_PATH}/alerts`;

/** Path of the page of one alert. @public */
export function alertPagePath(id: string): string {
  return `${ALERTS_PATH}/${encodeURIComponent(id)}`;
}

/**
 * Path of the charts of a pipeline, of a fixed range where one is given.
 *
 * @param range - in epoch seconds
 * @public
 */
export function chartsPagePath(
  name: string,
  range?: { from: number; to: number },
): string {
  const query = range ? `?from=${range.from}&to=${range.to}` : '';
  return `${pipelinePagePath(name)}/ml-monitoring${query}`;
}

/** Path of the page of all targets. @public */
export const TARGETS_PATH = `${OVERVIEW_PATH}/targets`;

/** Path of the page of one target. @public */
export function targetPagePath(name: string): string {
  return `${TARGETS_PATH}/${encodeURIComponent(name)}`;
}
