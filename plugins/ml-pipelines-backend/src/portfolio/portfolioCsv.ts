import type { Portfolio } from '@mlpipe/plugin-ml-pipelines-common';

type Cell = string | number | undefined;

/** The pipelines of a portfolio as CSV (RFC 4180), one a line, with a header. */
export function portfolioCsv(portfolio: Portfolio): string {
  const currencies = portfolio.totals.cost.map(cost => cost.currency).sort();
  const header: Cell[] = [
    'pipeline',
    'title',
    'owner',
    'system',
    'target',
    'status',
    'status reason',
    'from',
    'to',
    'requests',
    'errors',
    'anomalies',
    'firing alerts',
    'alerts',
    'deployments',
    'failed deployments',
    'runs',
    'failed runs',
    'objectives met',
    'objectives missed',
    'objectives unknown',
    'missed objectives',
    ...currencies.flatMap(currency => [
      `cost ${currency}`,
      `cost per hour ${currency}`,
      `vCPU hours ${currency}`,
      `GiB hours ${currency}`,
      `GPU hours ${currency}`,
    ]),
  ];
  const lines = portfolio.pipelines.map(({ figures, ...pipeline }): Cell[] => [
    pipeline.name,
    pipeline.title,
    pipeline.owner,
    pipeline.system,
    pipeline.target,
    pipeline.status,
    pipeline.statusReason,
    portfolio.from,
    portfolio.to,
    figures.requests,
    figures.errors,
    figures.anomalies,
    figures.firingAlerts,
    figures.alerts,
    figures.deployments,
    figures.failedDeployments,
    figures.runs,
    figures.failedRuns,
    figures.objectives.met,
    figures.objectives.missed,
    figures.objectives.unknown,
    pipeline.objectives
      .filter(result => result.met === false)
      .map(result => result.objective)
      .join(' '),
    ...currencies.flatMap((currency): Cell[] => {
      const cost = figures.cost.find(entry => entry.currency === currency);
      return cost
        ? [
            amount(cost.total),
            amount(cost.hourly),
            amount(cost.cpuHours),
            amount(cost.gibHours),
            amount(cost.gpuHours),
          ]
        : [undefined, undefined, undefined, undefined, undefined];
    }),
  ]);
  return [header, ...lines]
    .map(line => `${line.map(quote).join(',')}\r\n`)
    .join('');
}

function amount(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}

/** Spreadsheets run a text that begins like a formula; the apostrophe makes it text. */
function quote(cell: Cell): string {
  if (cell === undefined) {
    return '';
  }
  if (typeof cell === 'number') {
    return String(cell);
  }
  const safe = /^[\s]*[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n']/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}
