import type { V1LabelSelector } from '@kubernetes/client-node';

/** Whether labels match a selector (kubernetes.io, "Labels and Selectors"). An empty one matches all. */
export function matchesSelector(
  selector: V1LabelSelector,
  labels: Record<string, string>,
): boolean {
  const equal = Object.entries(selector.matchLabels ?? {}).every(
    ([key, value]) => labels[key] === value,
  );
  return (
    equal &&
    (selector.matchExpressions ?? []).every(
      ({ key, operator, values = [] }) => {
        switch (operator) {
          case 'In':
            return key in labels && values.includes(labels[key]);
          case 'NotIn':
            return !(key in labels) || !values.includes(labels[key]);
          case 'Exists':
            return key in labels;
          case 'DoesNotExist':
            return !(key in labels);
          default:
            return false;
        }
      },
    )
  );
}

/** A selector as `kubectl` writes it. */
export function describeSelector(selector: V1LabelSelector): string {
  const parts = [
    ...Object.entries(selector.matchLabels ?? {}).map(
      ([key, value]) => `${key}=${value}`,
    ),
    ...(selector.matchExpressions ?? []).map(({ key, operator, values }) =>
      [
        key,
        operator,
        ...(values?.length ? [`(${values.join(', ')})`] : []),
      ].join(' '),
    ),
  ];
  return parts.join(', ') || 'everything';
}
