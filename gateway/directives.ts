import { valueFromASTUntyped, type ConstDirectiveNode } from 'graphql';

/** Arguments of a directive as plain values; names of enums are texts. */
export function argumentsOf(directive: ConstDirectiveNode): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    (directive.arguments ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value)]),
  );
}
