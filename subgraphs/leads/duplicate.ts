/** Normal forms and the question whether two leads are one company. */
import type { LeadStatus, Territory } from './vocabulary.ts';

export interface Identity {
  readonly companyName: string;
  readonly city?: string | null | undefined;
  readonly postalCode?: string | null | undefined;
  readonly street?: string | null | undefined;
  readonly email?: string | null | undefined;
  readonly phone?: string | null | undefined;
}

export interface Candidate extends Identity {
  readonly territory: Territory;
  readonly status: LeadStatus;
  readonly isCanonical: boolean;
}

export type SimilarityAdvice = 'NONE' | 'WARN' | 'WARN_STRONGLY' | 'SUGGEST_MERGE';

const LEGAL_FORMS = new Set(['gmbh', 'ag', 'ug', 'ohg', 'kg', 'ek', 'ev', 'ggmbh']);
const COUNTRY_CODES: Record<Territory, string> = { DE: '+49', CH: '+41', AT: '+43' };
const WEIGHTS = { name: 40, email: 30, phone: 20, address: 10 } as const;
const PHONE_DIGITS_MIN = 5;

export function normalizeEmail(email: string): string {
  return email.trim().toLowerCase();
}

/** E.164; null when there are too few digits for a number. */
export function normalizePhone(phone: string, territory: Territory): string | null {
  const hasPlus = phone.trim().startsWith('+');
  const digits = phone.replace(/\(0\)/g, '').replace(/\D/g, '');
  if (digits.length < PHONE_DIGITS_MIN) return null;
  if (hasPlus) return `+${digits}`;
  if (digits.startsWith('00')) return `+${digits.slice(2)}`;
  if (digits.startsWith('0')) return `${COUNTRY_CODES[territory]}${digits.slice(1)}`;
  return digits;
}

/** Lower case without legal forms, punctuation and double spaces; a name of these alone stays. */
export function normalizeCompany(name: string): string {
  const words = name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\be\.\s*([kv])\./g, 'e$1')
    .replace(/[^\p{L}\p{N}\s]+/gu, ' ')
    .trim()
    .split(/\s+/);
  const kept = words.filter((word) => !LEGAL_FORMS.has(word));
  return (kept.length === 0 ? words : kept).join(' ');
}

/** The host of a website without `www.`; null when it has none. */
export function domainOf(website: string): string | null {
  const text = website.trim().toLowerCase();
  const url = URL.parse(/^[a-z]+:\/\//.test(text) ? text : `https://${text}`);
  const host = url?.hostname.replace(/^www\./, '') ?? '';
  return host.includes('.') ? host : null;
}

/** Same e-mail, phone, or company and postal code, among the living leads of the territory. */
export function isHardDuplicate(
  wanted: Identity & { territory: Territory },
  other: Candidate,
): boolean {
  if (!isComparable(wanted.territory, other)) return false;
  const { territory } = wanted;
  const same = (normal: (each: Identity) => string | null): boolean => {
    const value = normal(wanted);
    return value !== null && value === normal(other);
  };
  return (
    same(emailOf) ||
    same((each) => phoneOf(each, territory)) ||
    same((each) => located(each, 'postalCode'))
  );
}

export function isSoftDuplicate(
  wanted: Identity & { territory: Territory },
  other: Candidate,
): boolean {
  if (!isComparable(wanted.territory, other)) return false;
  const place = located(wanted, 'city');
  if (place !== null && place === located(other, 'city')) return true;
  return similarityOf(wanted, other, wanted.territory) > 70;
}

/** 0..100 by weight; what either side does not tell adds nothing. */
export function similarityOf(a: Identity, b: Identity, territory: Territory): number {
  const part = (weight: number, normal: (each: Identity) => string | null): number => {
    const [left, right] = [normal(a), normal(b)];
    return left === null || right === null ? 0 : weight * trigramSimilarity(left, right);
  };
  const total =
    part(WEIGHTS.name, (each) => normalizeCompany(each.companyName) || null) +
    part(WEIGHTS.email, emailOf) +
    part(WEIGHTS.phone, (each) => phoneOf(each, territory)) +
    part(WEIGHTS.address, addressOf);
  return Math.round(total);
}

export function adviceFor(similarity: number): SimilarityAdvice {
  if (similarity >= 95) return 'SUGGEST_MERGE';
  if (similarity >= 80) return 'WARN_STRONGLY';
  return similarity > 70 ? 'WARN' : 'NONE';
}

/** Shared trigrams ÷ all trigrams, words padded as PostgreSQL's pg_trgm does. */
export function trigramSimilarity(a: string, b: string): number {
  const [left, right] = [trigrams(a), trigrams(b)];
  const shared = [...left].filter((trigram) => right.has(trigram)).length;
  const all = left.size + right.size - shared;
  return all === 0 ? 0 : shared / all;
}

function trigrams(text: string): Set<string> {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return new Set(
    words.flatMap((word) => {
      const padded = `  ${word} `;
      return Array.from({ length: padded.length - 2 }, (_, start) =>
        padded.slice(start, start + 3),
      );
    }),
  );
}

function isComparable(territory: Territory, other: Candidate): boolean {
  return other.territory === territory && other.isCanonical && other.status !== 'DELETED';
}

function emailOf({ email }: Identity): string | null {
  return email == null || email.trim() === '' ? null : normalizeEmail(email);
}

function phoneOf({ phone }: Identity, territory: Territory): string | null {
  return phone == null ? null : normalizePhone(phone, territory);
}

function located(identity: Identity, by: 'postalCode' | 'city'): string | null {
  const place = identity[by]?.trim().toLowerCase() ?? '';
  const company = normalizeCompany(identity.companyName);
  return place === '' || company === '' ? null : `${company}|${place}`;
}

function addressOf({ street, postalCode, city }: Identity): string | null {
  const address = [street, postalCode, city]
    .filter((each) => each != null && each !== '')
    .join(' ');
  return address === '' ? null : address;
}
