/** One line of an exposition: `name{labels} value`. */
export interface ExpositionSample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

const LINE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})?\s+(\S+)(?:\s+-?\d+)?$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*,?\s*/gy;
const ESCAPES: Record<string, string> = { n: '\n', '"': '"', '\\': '\\' };

/**
 * Reads the samples of a Prometheus text exposition; lines that are not
 * samples are passed over.
 *
 * Source: https://prometheus.io/docs/instrumenting/exposition_formats/. The
 * parser that npm offers loses the labels of histograms.
 */
export function parseExposition(text: string): ExpositionSample[] {
  return text.split('\n').flatMap(line => {
    const match = line.startsWith('#') ? null : LINE.exec(line.trim());
    if (!match) {
      return [];
    }
    const [, name, labels, value] = match;
    return [
      { name, labels: parseLabels(labels ?? ''), value: parseValue(value) },
    ];
  });
}

function parseLabels(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(LABEL)].map(([, name, value]) => [
      name,
      value.replace(/\\(.)/g, (whole, char) => ESCAPES[char] ?? whole),
    ]),
  );
}

function parseValue(text: string): number {
  switch (text) {
    case '+Inf':
      return Infinity;
    case '-Inf':
      return -Infinity;
    default:
      return Number(text);
  }
}
