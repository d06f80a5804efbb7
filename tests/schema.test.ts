import { parse, print, type DefinitionNode, type DocumentNode } from 'graphql';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const sdl = (path: string): DocumentNode => parse(readFileSync(join(root, path), 'utf8'));
const contexts = readdirSync(join(root, 'subgraphs'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

const nameOf = (node: DefinitionNode): string =>
  'name' in node && node.name !== undefined ? node.name.value : '';

const shared = new Map(
  sdl('kernel/graphql/shared.graphql').definitions.map((node) => [nameOf(node), print(node)]),
);

interface Field {
  type: string;
  name: string;
  result: string;
  directives: string;
  arguments: string[];
}

function rootFields(document: DocumentNode, type: string): Field[] {
  return document.definitions.flatMap((node) =>
    node.kind === 'ObjectTypeDefinition' && node.name.value === type
      ? (node.fields ?? []).map((field) => ({
          type,
          name: field.name.value,
          result: print(field.type),
          directives: (field.directives ?? []).map(print).join(' '),
          arguments: (field.arguments ?? []).map(print),
        }))
      : [],
  );
}

describe.each(contexts)('the graph of %s', (context) => {
  const document = sdl(`subgraphs/${context}/schema.graphql`);

  it('repeats shared types exactly', () => {
    const differing = document.definitions
      .filter((node) => shared.has(nameOf(node)) && shared.get(nameOf(node)) !== print(node))
      .map(nameOf);
    expect(differing).toEqual([]);
  });

  it('asks a right on every root field', () => {
    const open = ['Query', 'Mutation', 'Subscription']
      .flatMap((type) => rootFields(document, type))
      .filter((field) => !/@(requiresScopes|authenticated|policy)/.test(field.directives))
      .map((field) => `${field.type}.${field.name}`);
    expect(open).toEqual([]);
  });

  it('answers mutations with the changed thing and userErrors, and takes an idempotency key', () => {
    const inputs = new Map(
      document.definitions.flatMap((node) =>
        node.kind === 'InputObjectTypeDefinition'
          ? [[node.name.value, (node.fields ?? []).map((field) => field.name.value)] as const]
          : [],
      ),
    );
    const payloads = new Map(
      document.definitions.flatMap((node) =>
        node.kind === 'ObjectTypeDefinition'
          ? [[node.name.value, (node.fields ?? []).map((field) => field.name.value)] as const]
          : [],
      ),
    );
    const wrong = rootFields(document, 'Mutation').filter((field) => {
      const input = /^input: (\w+)!$/.exec(field.arguments.join())?.[1] ?? '';
      const payload = payloads.get(field.result.replace('!', '')) ?? [];
      return !inputs.get(input)?.includes('idempotencyKey') || !payload.includes('userErrors');
    });
    expect(wrong.map((field) => field.name)).toEqual([]);
  });

  it('names mutations noun first after a type of its own', () => {
    const strange = rootFields(document, 'Mutation').filter(
      (field) => !/^[a-z]+[A-Z]\w+$/.test(field.name),
    );
    expect(strange.map((field) => field.name)).toEqual([]);
  });

  it('bounds every list that grows by first', () => {
    const unbounded = rootFields(document, 'Query').filter(
      (field) =>
        field.result.endsWith('Connection!') &&
        !field.arguments.some((each) => /^(?:"[^"]*"\s*)?first: Int!/.test(each)),
    );
    expect(unbounded.map((field) => field.name)).toEqual([]);
  });

  it('describes every type of its own that clients read', () => {
    const silent = document.definitions.filter(
      (node) =>
        (node.kind === 'ObjectTypeDefinition' || node.kind === 'InterfaceTypeDefinition') &&
        !/^(Query|Mutation|Subscription)$|(Connection|Edge|Payload)$/.test(node.name.value) &&
        node.description === undefined &&
        (node.directives ?? []).every((each) => each.name.value !== 'key'),
    );
    expect(silent.map(nameOf)).toEqual([]);
  });
});
