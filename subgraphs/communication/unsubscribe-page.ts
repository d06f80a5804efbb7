import { createHash } from 'node:crypto';
import type { Endpoint, EndpointAnswer } from '#kernel/graphql';
import { revokeConsent, subscriberOf } from './revocation.ts';
import type { UnsubscribeLinks } from './unsubscribe.ts';

export const UNSUBSCRIBE_PATH = '/abmelden';
const BODY_BYTES_MAX = 4_096;
const PER_MINUTE_MAX = 30;

/**
 * The page behind the link in every mail. Looking at it changes nothing, since mail programs look too;
 * the button, or a mail program by RFC 8058, revokes the consent. It says nothing about the person.
 */
export function unsubscribePage(links: UnsubscribeLinks): Endpoint {
  return {
    path: UNSUBSCRIBE_PATH,
    job: 'communication.unsubscribe',
    methods: ['GET', 'POST'],
    headers: [],
    bodyBytesMax: BODY_BYTES_MAX,
    perMinuteMax: PER_MINUTE_MAX,
    async answer({ method, query, body }, contextIn) {
      const recipientId = links.recipientOf(query.get('t') ?? '');
      if (recipientId === undefined) return pages.invalid;
      const subscriber = await subscriberOf(contextIn(), recipientId);
      if (subscriber === undefined) return pages.gone;
      if (method !== 'POST') return pages.question;
      const isOneClick = body.toString('latin1').includes('One-Click');
      const origin = isOneClick ? 'ONE_CLICK' : 'LINK';
      await revokeConsent(contextIn(subscriber.territory), subscriber, origin);
      return pages.done;
    },
  };
}

const STYLE = `
body { margin: 0; font: 18px/1.5 Poppins, system-ui, sans-serif; color: #1a1a1a; background: #fff; }
main { max-width: 34rem; margin: 0 auto; padding: 3rem 1.5rem; }
h1 { font-size: 1.75rem; line-height: 1.25; color: #004f7b; }
button { font: inherit; min-height: 48px; padding: 0 1.5rem; border: 0; border-radius: 8px; color: #1a1a1a; background: #94c456; cursor: pointer; }
button:hover { background: #7ba945; }
button:focus-visible { outline: 3px solid #004f7b; outline-offset: 3px; }
`;

const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const pages = {
  question: page(200, 'E-Mails abbestellen', [
    'Möchten Sie keine weiteren E-Mails von Cook&amp;Fresh erhalten? Mit der Abmeldung widerrufen Sie Ihre Einwilligung. Sie gilt sofort.',
    '<form method="post"><button>Jetzt abmelden</button></form>',
  ]),
  done: page(200, 'Sie sind abgemeldet', [
    'Wir senden Ihnen keine weiteren E-Mails. Sie können diese Seite schließen.',
    'Möchten Sie es sich anders überlegen? Ihre Ansprechpartnerin oder Ihr Ansprechpartner bei Cook&amp;Fresh trägt Ihre Einwilligung gern wieder ein.',
  ]),
  invalid: page(404, 'Dieser Link ist ungültig', [
    'Öffnen Sie bitte den vollständigen Link aus der E-Mail, am besten durch Anklicken.',
    'Hilft das nicht, antworten Sie einfach auf die E-Mail mit dem Wort „Abmelden“.',
  ]),
  gone: page(410, 'Hier gibt es nichts mehr abzumelden', [
    'Zu diesem Link ist keine E-Mail-Adresse mehr gespeichert. Sie erhalten darüber keine E-Mails von uns.',
    'Bekommen Sie trotzdem welche, antworten Sie bitte darauf mit dem Wort „Abmelden“.',
  ]),
};

/** Texts are fixed; nothing a client sent is repeated. */
function page(status: number, title: string, contents: readonly string[]): EndpointAnswer {
  return {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': POLICY,
      'x-robots-tag': 'noindex',
    },
    body: `<!doctype html>
<html lang="de">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Cook&amp;Fresh</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${contents.map((each) => (each.startsWith('<') ? each : `<p>${each}</p>`)).join('\n')}
</main>
</body>
</html>
`,
  };
}
