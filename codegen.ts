import { composeServices } from '@apollo/composition';
import { Supergraph } from '@apollo/federation-internals';
import type { CodegenConfig } from '@graphql-codegen/cli';
import { Kind, parse, printSchema, visit, type DocumentNode } from 'graphql';
import { createHash } from 'node:crypto';
import { readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { parse as parseYaml } from 'yaml';

interface SupergraphFile {
  subgraphs: Record<string, { routing_url: string; schema: { file: string } }>;
}

const root = import.meta.dirname;
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const { subgraphs } = parseYaml(read('supergraph.yaml')) as SupergraphFile;
/** The cockpit's cache works on documents; other firms' programs need no more than the hash. */
const clients = [
  { name: 'cockpit', isString: false },
  { name: 'partner', isString: true },
] as const;
const types = { enumsAsTypes: true, useTypeImports: true };

/** Composed from the same files the gateway composes, so it cannot lag behind them. */
const apiSchema = (): string => {
  const services = Object.entries(subgraphs).map(([name, { routing_url: url, schema }]) => ({
    name,
    url,
    typeDefs: parse(read(schema.file)),
  }));
  const { supergraphSdl, errors } = composeServices(services);
  if (supergraphSdl === undefined) throw new Error(errors?.map(String).join('\n'));
  return printSchema(
    Supergraph.build(supergraphSdl, { supportedFeatures: null }).apiSchema().toGraphQLJSSchema(),
  );
};

const contextImport = `import type { ResolverContext } from '#kernel/graphql';`;

/** What a resolver may hand on: a row may miss what field resolvers fill in, at any depth. */
const shapeType = `export type Shape<T> = T extends Date ? T
  : T extends readonly (infer Item)[] ? Shape<Item>[]
  : T extends object ? { [Key in keyof T]?: Shape<T[Key]> | undefined }
  : T;`;

const forSubgraph = (file: string): CodegenConfig['generates'] => ({
  [file.replace('schema.graphql', 'schema.generated.ts')]: {
    schema: file,
    plugins: [
      { add: { content: [contextImport, shapeType] } },
      'typescript',
      'typescript-resolvers',
    ],
    config: {
      ...types,
      federation: true,
      contextType: 'ResolverContext',
      defaultMapper: 'Shape<{T}>',
      makeResolverTypeCallable: false,
      resolversNonOptionalTypename: false,
      scalars: {
        ID: 'string',
        DateTime: { input: 'string', output: 'Date | string' },
        Date: 'string',
        Money: 'string',
        JSON: 'unknown',
      },
    },
  },
});

const forClient = (
  { name, isString }: (typeof clients)[number],
  schema: string,
): CodegenConfig['generates'] => ({
  [`clients/${name}/src/graphql/`]: {
    schema,
    documents: [
      `clients/${name}/src/**/*.{ts,tsx,graphql}`,
      `!clients/${name}/src/{graphql,graphiql}/**`,
    ],
    preset: 'client',
    presetConfig: {
      fragmentMasking: false,
      persistedDocuments: { mode: 'embedHashInDocument', hashAlgorithm: sha256 },
    },
    documentTransforms: isString ? [] : [withTypenames],
    config: {
      ...types,
      ...(isString ? { documentMode: 'string' } : {}),
      inputMaybeValue: 'T | null | undefined',
      scalars: {
        ID: 'string',
        DateTime: 'string',
        Date: 'string',
        Money: 'string',
        JSON: 'unknown',
      },
    },
    hooks: { afterOneFileWrite: [moveManifest(name)] },
  },
});

/** What the gateway loads for this client: sha256 of the printed document → the document. */
const moveManifest = (name: string) => (path: string) => {
  if (path.endsWith('persisted-documents.json')) {
    renameSync(path, join(root, 'clients', name, 'operations.json'));
  }
};

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The client's cache needs type names; roots go without, a subscription may select one field only. */
const withTypenames = {
  transform: ({ documents }: { documents: { document?: DocumentNode | undefined }[] }) =>
    documents.map((file) => ({ ...file, document: file.document && addTypenames(file.document) })),
};

const addTypenames = (document: DocumentNode): DocumentNode =>
  visit(document, {
    SelectionSet: (node, _key, parent) => {
      if (parent !== undefined && 'kind' in parent && parent.kind === Kind.OPERATION_DEFINITION) {
        return undefined;
      }
      const typename = {
        kind: Kind.FIELD,
        name: { kind: Kind.NAME, value: '__typename' },
      } as const;
      return { ...node, selections: [...node.selections, typename] };
    },
  });

const schema = apiSchema();
const config: CodegenConfig = {
  importExtension: '.ts',
  generates: Object.assign(
    {},
    ...Object.values(subgraphs).map((subgraph) => forSubgraph(subgraph.schema.file)),
    ...clients.map((client) => forClient(client, schema)),
  ) as CodegenConfig['generates'],
};

export default config;
