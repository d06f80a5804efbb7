/** Subgraphs that share so much of one type that a planner has thousands of ways to choose from. */
import { composeSubgraphs } from './compose.ts';

const SUBGRAPHS = 6;
const FIELDS = 12;
const times = (count: number): number[] => Array.from({ length: count }, (_, at) => at);

/** Half of the fields in each, both links in all. */
export function composeOverlapping(): string {
  const parts = times(SUBGRAPHS).map((at) => {
    const fields = times(FIELDS).filter((field) => (field + at) % 2 === 0 || field % 3 === at % 3);
    const sdl = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",
        import: ["@key", "@shareable"])
      type Query { ${at === 0 ? 'part: Part' : `part${at}: Part`} }
      type Part @key(fields: "id") {
        id: ID! left: Part @shareable right: Part @shareable
        ${fields.map((field) => `f${field}: Int @shareable`).join(' ')}
      }`;
    return { name: `s${at}`, sdl, file: `s${at}`, url: `http://s${at}.test/` };
  });
  return composeSubgraphs(parts).sdl;
}

/** Each level of the tree takes many times as long as the one before. */
export function treeOf(levels: number, name = 'Tree'): string {
  const fields = times(FIELDS)
    .map((field) => `f${field}`)
    .join(' ');
  const part = (left: number): string =>
    left === 0 ? fields : `${fields} left { ${part(left - 1)} } right { ${part(left - 1)} }`;
  return `query ${name} { part { ${part(levels)} } }`;
}
