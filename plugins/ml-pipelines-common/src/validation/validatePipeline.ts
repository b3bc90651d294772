import { PipelineGraph } from '../graph/PipelineGraph';
import {
  PipelineDocument,
  pipelineDocumentSchema,
} from '../spec/PipelineDocument';
import { hasErrors, Problem } from '../spec/problem';
import { upgradeDocument } from '../spec/upgradeDocument';
import { validateGraph } from './validateGraph';
import { validateParameters } from './validateParameters';
import { validateReferences } from './validateReferences';
import { validateSchedule } from './validateSchedule';
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
 * Checks a document as a whole and reports all problems at once.
 *
 * @param input - What a person or program wrote: any JSON value.
 * @public
 */
export function validatePipeline(
  input: unknown,
  context: ValidationContext,
): ValidationResult {
  const upgraded = upgradeDocument(input);
  if ('problem' in upgraded) {
    return { problems: [upgraded.problem] };
  }
  const parsed = pipelineDocumentSchema.safeParse(upgraded.document, {
    reportInput: true,
  });
  if (!parsed.success) {
    // Parameters do not depend on the rest being right, so that one wrong
    // field elsewhere does not hide them.
    return {
      problems: [
        ...zodProblems(parsed.error),
        ...looseParameterProblems(upgraded.document, context),
      ],
    };
  }
  const document = parsed.data;
  const problems: Problem[] = [];
  const nodes = document.spec.nodes.map((node, index) => {
    const type = context.catalogue.get(node.type);
    if (!type) {
      return node;
    }
    const result = validateParameters(
      type,
      node.parameters,
      ['spec', 'nodes', index, 'parameters'],
      node.id,
    );
    problems.push(...result.problems);
    return result.parameters
      ? { ...node, parameters: result.parameters }
      : node;
  });
  const complete = { ...document, spec: { ...document.spec, nodes } };
  const graph = new PipelineGraph(nodes, complete.spec.edges);
  problems.push(
    ...validateGraph(complete, graph, context.catalogue),
    ...validateReferences(complete, context),
    ...validateSchedule(complete),
  );
  return { document: hasErrors(problems) ? undefined : complete, problems };
}

function looseParameterProblems(
  document: unknown,
  context: ValidationContext,
): Problem[] {
  const nodes = (document as { spec?: { nodes?: unknown } })?.spec?.nodes;
  if (!Array.isArray(nodes)) {
    return [];
  }
  return nodes.flatMap(
    (node: { id?: unknown; type?: unknown; parameters?: unknown }, index) => {
      const type =
        typeof node?.type === 'string'
          ? context.catalogue.get(node.type)
          : undefined;
      if (!type) {
        return [];
      }
      return validateParameters(
        type,
        node.parameters,
        ['spec', 'nodes', index, 'parameters'],
        typeof node.id === 'string' ? node.id : undefined,
      ).problems;
    },
  );
}
