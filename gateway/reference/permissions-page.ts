import { TOKEN_ROLES, createActor } from '#kernel/access';
import {
  Kind,
  getNamedType,
  isObjectType,
  parse,
  valueFromASTUntyped,
  type ConstDirectiveNode,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import { readRules, type AccessRules } from '../authorization-rules.ts';
import { readSchemas } from '../supergraph-schemas.ts';
import { table } from './table.ts';

interface Guarded {
  readonly type: string;
  readonly field: string;
  readonly scopes: string;
  /** Not in the graph of clients: the terminal and other contexts alone get there. */
  readonly isHidden: boolean;
}

const ROOTS = ['Query', 'Mutation', 'Subscription'];
const ANYBODY = '00000000-0000-4000-8000-000000000001';
const HEAD = ['Asks for', ...TOKEN_ROLES];

/** The text of `docs/permissions.md`: the directives of the supergraph, decided by the code that decides requests. */
export function permissionsPage(sdl: string): string {
  const schema = readSchemas(sdl).supergraphSchema;
  const rules = readRules(sdl, schema, new Map());
  const fields = guardedFields(sdl, schema);
  const ofRoots = ROOTS.flatMap((root) => {
    const rows = fields
      .filter(({ type, isHidden }) => type === root && !isHidden)
      .map((each) => [
        `\`${each.field}\``,
        objectsOf(schema, rules, each),
        each.scopes,
        ...answersOf(rules, each),
      ]);
    return [`## ${root}\n`, table([root, 'Objects', ...HEAD], rows)];
  });
  const inside = (isWanted: (each: Guarded) => boolean): string[][] =>
    fields
      .filter(isWanted)
      .map((each) => [`\`${each.type}.${each.field}\``, each.scopes, ...answersOf(rules, each)]);
  return [
    '# Permissions\n',
    'Written by `npm run generate` from the directives of `supergraph.graphql`; not to be edited. Yes and no are what the gateway itself decides for a role, `kernel/access/roles.ts` says which scopes a role has. PostgreSQL’s row-level security decides once more beneath; `tests/security/agreement.test.ts` shows that both decide alike.\n',
    'A right here is necessary, not always sufficient: contexts refuse more by their own rules, such as an act that only the owner of a lead may do; that is told in `userErrors`, see [errors](errors.md). `system` is the role of jobs, no token carries it.\n',
    ...ofRoots,
    '## Fields that ask for more than their object\n',
    'Without the right the field is null with `FORBIDDEN`, and is not fetched.\n',
    table(
      ['Field', ...HEAD],
      inside(({ type, isHidden }) => !ROOTS.includes(type) && !isHidden),
    ),
    '## Objects\n',
    'What is not there for somebody is `null` or `NOT_FOUND`, in no list and in no count. Administrators see all territories. A field that names a territory as its argument is refused with `FORBIDDEN` where it is not the caller’s.\n',
    table(['Type', 'Open within the territory in', 'and to'], objectRows(rules)),
    '## Not for clients\n',
    'Not in the graph; the terminal asks for them under an administrator’s account.\n',
    table(
      ['Field', ...HEAD],
      inside(({ isHidden }) => isHidden),
    ),
  ].join('\n');
}

/** Every field of the roots, and of other types those with a directive of their own. */
function guardedFields(sdl: string, schema: GraphQLSchema): Guarded[] {
  const fields = parse(sdl, { noLocation: true }).definitions.flatMap((node) => {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION || schema.getType(node.name.value) == null) {
      return [];
    }
    const type = node.name.value;
    return (node.fields ?? []).map(({ name, directives = [] }) => ({
      type,
      field: name.value,
      scopes: scopesOf(directives),
      isHidden: directives.some((directive) => directive.name.value === 'inaccessible'),
    }));
  });
  return fields
    .filter(({ type, scopes, isHidden }) => ROOTS.includes(type) || scopes !== '' || isHidden)
    .toSorted((a, b) => `${a.type}.${a.field}`.localeCompare(`${b.type}.${b.field}`, 'en'));
}

function scopesOf(directives: readonly ConstDirectiveNode[]): string {
  return directives
    .flatMap(({ name, arguments: given = [] }) => {
      if (name.value === 'authenticated') return ['a token'];
      if (name.value !== 'requiresScopes') return [];
      const alternatives = given.map(({ value }) => valueFromASTUntyped(value) as string[][]);
      return alternatives.flat().map((scopes) => scopes.map((each) => `\`${each}\``).join(' and '));
    })
    .join(' or ');
}

function answersOf(rules: AccessRules, { type, field }: Guarded): string[] {
  return TOKEN_ROLES.map((role) => {
    const actor = createActor({ userId: ANYBODY, roles: [role], territories: [] });
    return rules.allows(type, field, actor) ? 'yes' : '–';
  });
}

/** Guarded types in a field's answer, through the wrappers of lists and mutations. */
function objectsOf(schema: GraphQLSchema, rules: AccessRules, { type, field }: Guarded): string {
  const root = schema.getType(type);
  const declared = isObjectType(root) ? root.getFields()[field] : undefined;
  if (declared === undefined) return '';
  const argument = rules.territoryArguments.get(`${type}.${field}`);
  const seen = new Set<string>();
  const named = getNamedType(declared.type);
  if (isObjectType(named)) collect(named, seen);
  const found = [...seen].filter((name) => rules.territories.has(name) || rules.owners.has(name));
  const parts = found.toSorted().map((name) => `\`${name}\``);
  return [...parts, ...(argument === undefined ? [] : [`territory in \`${argument}\``])].join(', ');
}

function collect(type: GraphQLObjectType, seen: Set<string>): void {
  if (seen.has(type.name)) return;
  seen.add(type.name);
  if (!/(?:Connection|Edge|Payload|Change|Result)$/.test(type.name)) return;
  for (const { type: below } of Object.values(type.getFields())) {
    const named = getNamedType(below);
    if (isObjectType(named)) collect(named, seen);
  }
}

function objectRows({ territories, owners }: AccessRules): string[][] {
  const types = new Set([...territories.keys(), ...owners.keys()]);
  return [...types].toSorted().map((type) => {
    const owner = owners.get(type);
    const also = [
      ...(owner === undefined
        ? ['everybody there who may ask']
        : [`the owner in \`${owner.field}\``]),
      ...(owner?.collaborators === undefined ? [] : [`helpers in \`${owner.collaborators}\``]),
      ...(owner?.partner === undefined ? [] : [`the partner firm in \`${owner.partner}\``]),
    ];
    const territory = territories.get(type);
    return [`\`${type}\``, territory === undefined ? '–' : `\`${territory}\``, also.join(', ')];
  });
}
