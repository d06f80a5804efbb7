/** The backbone's results as one HTML page without scripts, curves drawn as SVG. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { tablesOf, type Row, type Table } from './event-tables.ts';
import type { Result } from './events.ts';

interface Curve {
  readonly name: string;
  readonly values: readonly number[];
}

const WIDTH = 720;
const HEIGHT = 180;
const MARGIN = { left: 56, right: 140, top: 24, bottom: 24 };
const COLOURS = ['#1f6f5c', '#b4552d', '#3b5b92', '#7a4b8c'];

export function writeReport(file: string, results: readonly Result[]): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${page(results)}\n`);
}

function page(results: readonly Result[]): string {
  const sections = results.map((result) => section(result)).join('\n');
  const style = `body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;color:#1c1c1c;background:#fff}
table{border-collapse:collapse;margin:.5rem 0 1rem}th,td{padding:.2rem .7rem;border-bottom:1px solid #ccc;text-align:right}
th:first-child,td:first-child{text-align:left}svg text{font:12px system-ui,sans-serif}.facts{color:#555}`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>The event backbone under load</title>
<style>${style}</style>
<h1>The event backbone under load</h1>
<p>Written by <code>npm run bench -- events --all --report</code>. Latencies count from the intended instant of a fact, also while the system is behind. Compare rows of one run only.</p>
${sections}
</html>`;
}

function section(result: Result): string {
  const { scenario, at, commit, cpu, node, loadBefore, loadAfter, measured } = result;
  const facts = `${at}, commit ${commit}, Node ${node}, ${cpu}, load average ${loadBefore} → ${loadAfter}`;
  const parts = [`<h2>${escaped(scenario)}</h2>`, `<p class="facts">${escaped(facts)}</p>`];
  parts.push(...tablesOf(result).map(table));
  if ('flow' in measured) {
    const { leader, other, tablesMb } = measured.flow;
    const p95 = (other ?? leader).handling?.p95BySecondMs ?? [];
    parts.push(chart('P95 of the handler by second, ms', [{ name: 'handler', values: p95 }]));
    const memory = [{ name: 'leader', values: leader.residentMb }];
    if (other !== undefined) memory.push({ name: 'other process', values: other.residentMb });
    parts.push(chart('Resident memory by second, MB', memory));
    parts.push(
      chart('Tables and indexes every five seconds, MB', [{ name: 'tables', values: tablesMb }]),
    );
  }
  return parts.join('\n');
}

function table({ title, notes, rows }: Table): string {
  const columns = Object.keys(rows[0] ?? {});
  const cells = (row: Row): string =>
    columns.map((column) => `<td>${escaped(String(row[column] ?? ''))}</td>`).join('');
  return [
    `<h3>${escaped(title)}</h3>`,
    ...notes.map((note) => `<p>${escaped(note)}</p>`),
    `<table><tr>${columns.map((column) => `<th>${escaped(column)}</th>`).join('')}</tr>`,
    ...rows.map((row) => `<tr>${cells(row)}</tr>`),
    '</table>',
  ].join('\n');
}

function chart(title: string, curves: readonly Curve[]): string {
  const longest = Math.max(2, ...curves.map(({ values }) => values.length));
  const highest = Math.max(1, ...curves.flatMap(({ values }) => values));
  const plotWidth = WIDTH - MARGIN.left - MARGIN.right;
  const plotHeight = HEIGHT - MARGIN.top - MARGIN.bottom;
  const x = (index: number): string =>
    (MARGIN.left + (index / (longest - 1)) * plotWidth).toFixed(1);
  const y = (value: number): string => (MARGIN.top + (1 - value / highest) * plotHeight).toFixed(1);
  const grid = [0, 0.5, 1].map((share) => {
    const at = y(share * highest);
    const label = (share * highest).toFixed(highest < 10 ? 1 : 0);
    return `<line x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${at}" y2="${at}" stroke="#ddd"/><text x="${MARGIN.left - 8}" y="${at}" dy="4" text-anchor="end">${label}</text>`;
  });
  const lines = curves.map(({ name, values }, index) => {
    const colour = COLOURS[index % COLOURS.length];
    const points = values.map((value, at) => `${x(at)},${y(value)}`).join(' ');
    const key = `<text x="${WIDTH - MARGIN.right + 10}" y="${MARGIN.top + 14 * (index + 1)}" fill="${colour}">${escaped(name)}</text>`;
    return `<polyline points="${points}" fill="none" stroke="${colour}" stroke-width="1.5"/>${key}`;
  });
  const heading = `<text x="${MARGIN.left}" y="14">${escaped(title)}</text>`;
  return `<svg role="img" aria-label="${escaped(title)}, at most ${highest.toFixed(1)}" width="${WIDTH}" height="${HEIGHT}">${heading}${grid.join('')}${lines.join('')}</svg>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
