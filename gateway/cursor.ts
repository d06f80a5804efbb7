/** Resume positions as clients hold them: bound to who got them and for which operation. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { refused } from './refusals.ts';

export interface CursorBinding {
  readonly userId: string;
  /** Of text, name and variables. */
  readonly fingerprint: string;
}

export interface Cursors {
  sign(position: string, binding: CursorBinding): string;
  /** The position. @throws `BAD_USER_INPUT` for one of another user, operation or secret. */
  open(cursor: string, binding: CursorBinding): string;
}

const POSITION = /^[\w.:-]{1,128}$/;

export function createCursors(secret: string): Cursors {
  const seal = (position: string, { userId, fingerprint }: CursorBinding): string =>
    createHmac('sha256', secret)
      .update(JSON.stringify([position, userId, fingerprint]))
      .digest('base64url');
  return {
    sign: (position, binding) => `${position}~${seal(position, binding)}`,
    open(cursor, binding) {
      const at = cursor.lastIndexOf('~');
      const position = cursor.slice(0, Math.max(at, 0));
      const given = Buffer.from(cursor.slice(at + 1));
      const expected = Buffer.from(seal(position, binding));
      const isOurs =
        POSITION.test(position) &&
        given.length === expected.length &&
        timingSafeEqual(given, expected);
      if (!isOurs) throw refused('BAD_USER_INPUT', 'The resume position is not of this stream.');
      return position;
    },
  };
}
