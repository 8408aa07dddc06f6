import type { Measurement } from './measurement.js';

/** What the picture shows: one panel each. */
const panels = [
  { workload: 'alone', metric: 'a step', title: 'one run at a time: ms a step', better: 'less' },
  { workload: '200 at once', metric: 'throughput', title: '200 runs at once: steps/s', better: 'more' },
  {
    workload: '200 at once',
    metric: 'client CPU a step',
    title: '200 at once: client CPU, µs a step',
    better: 'less',
  },
  { workload: 'fan-out', metric: '1 → 100 → 1', title: '1 → 100 → 1: ms', better: 'less' },
  { workload: 'in memory', metric: 'a step', title: 'in memory: µs a step', better: 'less' },
  { workload: '200 at once', metric: 'WAL a step', title: '200 at once: WAL bytes a step', better: 'less' },
  {
    workload: 'kill -9',
    metric: 'until all is done',
    title: 'kill -9 with 200 runs: s until done',
    better: 'less',
  },
] as const;

const width = 760;
const label = 220;
const bar = { height: 18, gap: 6 };

/** A picture of the figures: horizontal bars, one panel a figure, each with its own scale. */
export function plot(found: readonly Measurement[]): string {
  const parts: string[] = [];
  let y = 16;
  for (const panel of panels) {
    const figures = found.filter(
      ({ workload, metric }) => workload === panel.workload && metric === panel.metric,
    );
    if (figures.length === 0) continue;
    y += 14;
    parts.push(
      `<text x="16" y="${y}" font-weight="600">${escape(panel.title)} <tspan fill="#777">(${panel.better} is better)</tspan></text>`,
    );
    y += 10;
    const most = Math.max(...figures.map(({ value }) => value));
    for (const { engine, value } of figures) {
      const length = Math.max(2, ((width - label - 110) * value) / most);
      const middle = y + bar.height / 2 + 4;
      const colour = engine.startsWith('Nestor')
        ? '#e0234e'
        : engine.startsWith('pg')
          ? '#c9c9c9'
          : '#7d8fa9';
      parts.push(
        `<text x="${label - 8}" y="${middle}" text-anchor="end">${escape(engine)}</text>`,
        `<rect x="${label}" y="${y}" width="${length.toFixed(1)}" height="${bar.height}" rx="2" fill="${colour}"/>`,
        `<text x="${(label + length + 6).toFixed(1)}" y="${middle}">${figure(value)}</text>`,
      );
      y += bar.height + bar.gap;
    }
    y += 14;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${y}" viewBox="0 0 ${width} ${y}" font-family="system-ui, sans-serif" font-size="12" fill="#222">
<rect width="100%" height="100%" fill="#fff"/>
${parts.join('\n')}
</svg>
`;
}

function figure(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en-US') : value.toPrecision(3);
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
