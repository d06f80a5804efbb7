import { Refusal } from '#kernel/access';
import type { EventCatalog } from '#kernel/events';

/** One position per context: `admin:12,leads:4` */
export function formatPlaces(places: Readonly<Record<string, number>>): string {
  return Object.entries(places)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([module, position]) => `${module}:${position}`)
    .join(',');
}

/** @throws Refusal `POSITION_INVALID` for another form or a context that is not among the given ones */
export function parsePlaces(
  text: string | null | undefined,
  { catalogs, field }: { catalogs: readonly EventCatalog[]; field: string },
): Record<string, number> {
  if (text === null || text === undefined) return {};
  const known = new Set(catalogs.map(({ module }) => module));
  const places = text.split(',').map((each): [string, number] => {
    const [, module = '', position = ''] = /^([a-z_]+):(\d{1,15})$/.exec(each) ?? [];
    if (!known.has(module)) {
      throw new Refusal('POSITION_INVALID', 'Das ist keine Position dieses Stroms.', field);
    }
    return [module, Number(position)];
  });
  return Object.fromEntries(places);
}
