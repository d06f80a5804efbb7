import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from 'graphql';

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const MONEY = /^-?\d{1,15}(?:\.\d{1,4})? (?:EUR|CHF)$/;

const bad = (name: string): GraphQLError =>
  new GraphQLError(`${name} has the wrong form.`, { extensions: { code: 'BAD_USER_INPUT' } });

const literal = (name: string, node: ValueNode): string => {
  if (node.kind !== Kind.STRING) throw bad(name);
  return node.value;
};

const parseInstant = (value: unknown): string => {
  const at = typeof value === 'string' && INSTANT.test(value) ? new Date(value) : undefined;
  if (at === undefined || Number.isNaN(at.getTime())) throw bad('DateTime');
  return at.toISOString();
};

const parseDay = (value: unknown): string => {
  const isDay = typeof value === 'string' && DAY.test(value);
  const at = isDay ? new Date(`${value}T00:00:00.000Z`) : undefined;
  if (
    at === undefined ||
    Number.isNaN(at.getTime()) ||
    !at.toISOString().startsWith(String(value))
  ) {
    throw bad('Date');
  }
  return value as string;
};

const parseMoney = (value: unknown): string => {
  if (typeof value !== 'string' || !MONEY.test(value)) throw bad('Money');
  return value;
};

/** Instants leave in canonical form: UTC, exactly three fraction digits. */
const dateTime = new GraphQLScalarType<string, string>({
  name: 'DateTime',
  serialize: (value) => (value instanceof Date ? value.toISOString() : parseInstant(value)),
  parseValue: parseInstant,
  parseLiteral: (node) => parseInstant(literal('DateTime', node)),
});

const date = new GraphQLScalarType<string, string>({
  name: 'Date',
  serialize: parseDay,
  parseValue: parseDay,
  parseLiteral: (node) => parseDay(literal('Date', node)),
});

const money = new GraphQLScalarType<string, string>({
  name: 'Money',
  serialize: parseMoney,
  parseValue: parseMoney,
  parseLiteral: (node) => parseMoney(literal('Money', node)),
});

/** Resolvers of the scalars in `shared.graphql`; JSON keeps graphql-js's own pass-through. */
export const scalarResolvers = { DateTime: dateTime, Date: date, Money: money };
