import { describe, expect, it } from 'vitest';
import { isConflict, sortFaults } from './faults.tsx';

const fault = (field: string | null, message: string) => ({ code: 'X', field, message });

describe('faults of a form', () => {
  it('stand at the field they name, with or without the root of the input', () => {
    const { atField, general } = sortFaults(
      [fault('input.reason', 'zu kurz'), fault('firstContact.note', 'fehlt')],
      [{ name: 'reason' }, { name: 'firstContact.note' }],
    );
    expect(atField).toEqual({ reason: 'zu kurz', 'firstContact.note': 'fehlt' });
    expect(general).toEqual([]);
  });

  it('stand above the buttons when their field is not on the screen', () => {
    const { general } = sortFaults([fault('city', 'a'), fault(null, 'b')], [{ name: 'reason' }]);
    expect(general.map(({ message }) => message)).toEqual(['a', 'b']);
  });

  it('are a conflict when the version was at fault', () => {
    expect(
      ['CONFLICT', 'VERSION_MISMATCH', 'REASON_TOO_SHORT'].map((code) =>
        isConflict({ code, field: null, message: '' }),
      ),
    ).toEqual([true, true, false]);
  });
});
