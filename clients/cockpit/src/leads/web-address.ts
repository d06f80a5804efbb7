/** A link out of what somebody typed as a website; undefined unless it is plain http or https. */
export function webAddress(text: string | null): string | undefined {
  if (text === null || text.trim() === '') return undefined;
  const typed = text.trim();
  const candidate = /^[a-z][a-z0-9+.-]*:/i.test(typed) ? typed : `https://${typed}`;
  if (!URL.canParse(candidate)) return undefined;
  const { protocol, href } = new URL(candidate);
  return protocol === 'https:' || protocol === 'http:' ? href : undefined;
}
