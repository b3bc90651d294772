import { API_VERSION } from '../spec/apiVersion';
import {
  PipelineDocument,
  pipelineDocumentSchema,
} from '../spec/PipelineDocument';
import { hasErrors, Problem } from '../spec/problem';
import { upgradeDocument } from '../spec/upgradeDocument';
import { readSpec } from './ReadableSpec';
import { sortProblems } from './sortProblems';
import { validateAlerts } from './validateAlerts';
import { validateEnvironment } from './validateEnvironment';
import { validateGraph } from './validateGraph';
import { validateNodes } from './validateNodes';
import { validateRunFiles } from './validateRunFiles';
import { validateSchedule } from './validateSchedule';
import { validateTarget } from './validateTarget';
import { nodeIdAt, validateText } from './validateText';
import type { ValidationContext } from './ValidationContext';
import { zodProblems } from './zodProblems';

/** @public */
export interface ValidationResult {
  /** The document with all defaults applied, when it has no errors. */
  document?: PipelineDocument;
  /** Everything that is wrong, in the order of the document. */
  problems: Problem[];
}

/**
 * Checks a document as a whole and reports all problems at once: what cannot
 * be read at one place does not hide what is wrong at another. Never throws,
 * whatever the input.
 *
 * @param input - What a person or program wrote: any JSON value.
 * @public
 */
export function validatePipeline(
  input: unknown,
  context: ValidationContext,
): ValidationResult {
  const { catalogue } = context;
  const { document, problems } = currentVersion(input);
  if (document === undefined) {
    return { problems };
  }
  const parsed = pipelineDocumentSchema.safeParse(document, {
    reportInput: true,
  });
  if (!parsed.success) {
    problems.push(
      ...zodProblems(parsed.error, pipelineDocumentSchema, {
        node: path => nodeIdAt(document, path),
      }),
    );
  }
  const spec = readSpec(document);
  const nodes = validateNodes(spec, catalogue);
  problems.push(
    ...nodes.problems,
    ...validateGraph(spec, catalogue),
    ...validateRunFiles(spec, nodes.parameters, catalogue),
    ...validateTarget(spec, nodes.parameters, context),
    ...validateEnvironment(spec, context),
    ...validateAlerts(spec, catalogue),
    ...validateSchedule(spec, catalogue),
    ...validateText(document),
  );
  const sorted = sortProblems(problems);
  return parsed.success && !hasErrors(sorted)
    ? {
        document: withParameters(parsed.data, nodes.parameters),
        problems: sorted,
      }
    : { problems: sorted };
}

/** The document in the version of today; one without any version is read as such, so that the rest can be checked. */
function currentVersion(input: unknown): {
  document?: unknown;
  problems: Problem[];
} {
  const upgraded = upgradeDocument(input);
  if ('document' in upgraded) {
    return { document: upgraded.document, problems: [] };
  }
  const problems = [upgraded.problem];
  return upgraded.problem.code === 'document.apiVersionMissing'
    ? {
        document: { ...(input as object), apiVersion: API_VERSION },
        problems,
      }
    : { problems };
}

function withParameters(
  document: PipelineDocument,
  parameters: ReadonlyMap<number, Record<string, unknown>>,
): PipelineDocument {
  return {
    ...document,
    spec: {
      ...document.spec,
      nodes: document.spec.nodes.map((node, index) => ({
        ...node,
        parameters: parameters.get(index) ?? node.parameters,
      })),
    },
  };
}
