import pg from 'pg';

const INT8 = 20;
const INT8_ARRAY = 1016;
const DATE = 1082;
const TIMESTAMPTZ = 1184;

/** Whole numbers as numbers, since positions stay below 2^53; calendar days as text, never as an instant. */
export const TYPES: pg.CustomTypesConfig = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (format === 'binary') return pg.types.getTypeParser(oid, format);
    if (oid === INT8) return Number;
    if (oid === DATE) return String;
    if (oid === TIMESTAMPTZ) return instantOf;
    if (oid === INT8_ARRAY) {
      return (text: string) => (text === '{}' ? [] : text.slice(1, -1).split(',').map(Number));
    }
    return pg.types.getTypeParser(oid, 'text');
  },
};

type Instant = { readonly text: string; readonly date: Date };

const parseInstant = pg.types.getTypeParser(TIMESTAMPTZ, 'text') as (text: string) => Date;
let newest: Instant = { text: '', date: new Date(Number.NaN) };
let newestButOne = newest;

/** Rows written together share their instants: one object for the last two that differ. Not to be changed. */
function instantOf(text: string): Date {
  if (text === newest.text) return newest.date;
  if (text === newestButOne.text) return newestButOne.date;
  newestButOne = newest;
  newest = { text, date: parseInstant(text) };
  return newest.date;
}
