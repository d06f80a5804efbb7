/** JSON text of scalars and enum values as subgraphs send them, or undefined where one is wrong. */
import { isEnumType, type GraphQLLeafType } from 'graphql';

export type WriteLeaf = (value: unknown) => string | undefined;

const intMax = 2_147_483_647;
const intMin = -2_147_483_648;
/** Below this length a loop over the characters is faster than a call into the engine. */
const shortString = 48;
// oxlint-disable-next-line no-control-regex -- control characters are what JSON has to escape
const needsEscape = /[\u0000-\u001f"\\\ud800-\udfff]/;

export function leafWriter(type: GraphQLLeafType): WriteLeaf {
  if (isEnumType(type)) {
    const texts = new Map<unknown, string>(type.getValues().map(({ name }) => [name, `"${name}"`]));
    return (value) => texts.get(value);
  }
  switch (type.name) {
    case 'String':
      return (value) => (typeof value === 'string' ? jsonString(value) : undefined);
    case 'ID':
      return (value) => {
        if (typeof value === 'string') return jsonString(value);
        return Number.isInteger(value) ? `"${value as number}"` : undefined;
      };
    case 'Int':
      return (value) =>
        Number.isInteger(value) && (value as number) <= intMax && (value as number) >= intMin
          ? String(value)
          : undefined;
    case 'Float':
      return (value) => (Number.isFinite(value) ? String(value) : undefined);
    case 'Boolean':
      return (value) => (typeof value === 'boolean' ? String(value) : undefined);
    default:
      return (value) => (typeof value === 'string' ? jsonString(value) : JSON.stringify(value));
  }
}

export function jsonString(value: string): string {
  if (value.length > shortString) {
    return needsEscape.test(value) ? JSON.stringify(value) : `"${value}"`;
  }
  for (let index = 0; index < value.length; index++) {
    const code = value.charCodeAt(index);
    if (code < 0x20 || code === 0x22 || code === 0x5c || (code >= 0xd800 && code <= 0xdfff)) {
      return JSON.stringify(value);
    }
  }
  return `"${value}"`;
}
