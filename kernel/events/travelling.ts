import addFormats from 'ajv-formats';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { EventCatalog } from './catalog.ts';
import { dataSchema, travellingSchema, type JsonSchema } from './event-schema.ts';

const ajv = new Ajv2020({ strict: false, allErrors: false, messages: true });
addFormats.default(ajv);
const known = new WeakMap<EventCatalog, Map<string, ValidateFunction>>();

export function validatorOf(schema: JsonSchema): ValidateFunction {
  return ajv.compile(schema);
}

/**
 * Whether data are of this type as the catalog knows it newest: what is personal may be ciphertext, and
 * fields it does not know are no fault.
 *
 * @throws UnknownFact
 */
export function travellingValidatorOf(catalog: EventCatalog, type: string): ValidateFunction {
  let types = known.get(catalog);
  if (types === undefined) known.set(catalog, (types = new Map()));
  let made = types.get(type);
  if (made === undefined) {
    made = validatorOf(travellingSchema(dataSchema(catalog, type)));
    types.set(type, made);
  }
  return made;
}
