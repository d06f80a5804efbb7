const EMAIL = /[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@((?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,})/g;
/** German, Austrian and Swiss numbers in international or national form with at least 8 digits. */
const PHONE =
  /(?<![\w.:-])(?:\+|00)[1-9](?:[ ()/-]*\d){7,14}(?![\w-])|(?<![\w.:-])0[1-9](?:[ ()/-]*\d){7,12}(?![\w.:-])/g;
const TOKEN = /\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g;
const BEARER = /\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi;
const CONNECTION = /\b(postgres(?:ql)?|smtps?|nats):\/\/[^\s"'@/]+@/gi;
const SECRET =
  /\b(password|passwd|pwd|secret|signature|cookie)(\\?["']?\s*[=:]\s*\\?["']?)[^\s"'\\,;&]+/gi;

/**
 * Removes what must not reach a log: the local part of e-mail addresses, phone numbers but their
 * last two digits, tokens, named secrets and the credentials of connection strings. Works on finished lines, so
 * nothing upstream has to know which field is personal.
 */
export function scrub(line: string): string {
  return line
    .replace(CONNECTION, '$1://***@')
    .replace(TOKEN, '[token]')
    .replace(BEARER, '$1 [token]')
    .replace(SECRET, '$1$2***')
    .replace(EMAIL, '***@example.com')
    .replace(PHONE, (number) => `***${number.replace(/\D/g, '').slice(-2)}`);
}
