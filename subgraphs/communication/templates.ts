import type { MessagePurpose, MessageQueued } from './events.ts';

type Template = NonNullable<MessageQueued['data']['template']>;

export interface Words {
  readonly subject: string;
  readonly text: string;
}

/** What a text may know of the lead. */
export interface Occasion {
  readonly purpose: Exclude<MessagePurpose, 'MANUAL'>;
  /** Null after erasure. */
  readonly companyName: string | null;
  readonly template: Template;
}

/** The German text of a message nobody wrote by hand. */
export function wordsFor({ purpose, companyName, template }: Occasion): Words {
  const company = companyName ?? 'Ihren Betrieb';
  switch (purpose) {
    case 'T3_FOLLOWUP':
      return sampleRequest(company, template);
    case 'T7_FOLLOWUP':
      return bulkOffer(company, template);
    case 'PROTECTION_REMINDER':
      return protectionReminder(company);
    case 'EXPIRY_NOTICE':
      return expiryNotice(company);
    default:
      throw new TypeError(`There is no text for ${String(purpose)}`);
  }
}

/** T3: catalogue and sample box, by kind of business and season. */
function sampleRequest(company: string, { businessType, season }: Template): Words {
  const business = businesses[businessType ?? ''] ?? otherBusiness;
  const occasion = seasonOf(season);
  return {
    subject: `Kostenloser Katalog und Musterbox für ${company}`,
    text: paragraphs(
      greeting,
      `vielen Dank für Ihr Interesse an Cook&Fresh. ${business.benefit}`,
      `Gern senden wir Ihnen kostenlos unseren Katalog und eine Musterbox mit ${occasion ?? business.box}.` +
        ' Alle Produkte halten bis zu 40 Tage, ganz ohne künstliche Konservierungsstoffe.',
      'Antworten Sie einfach auf diese E-Mail und nennen Sie uns Ihren Wunschtermin für die Lieferung.',
    ),
  };
}

/** T7: what buying in bulk saves. */
function bulkOffer(company: string, template: Template): Words {
  const { businessType, season, discountPercent = 10, minimumOrder = '250.00 EUR' } = template;
  const business = businesses[businessType ?? ''] ?? otherBusiness;
  const occasion = seasonOf(season);
  return {
    subject: `Ihr Mengenangebot: ${discountPercent} % Nachlass für ${company}`,
    text: paragraphs(
      greeting,
      `für ${business.name} haben wir ein Angebot vorbereitet: Ab einem Bestellwert von ${amount(minimumOrder)}` +
        ` erhalten Sie ${discountPercent} % Nachlass auf das gesamte Sortiment.`,
      occasion === undefined
        ? 'Das Angebot gilt für alle Produkte aus unserem Katalog.'
        : `Passend zur Saison empfehlen wir ${occasion}.`,
      'Möchten Sie durchrechnen, was das für Ihre Küche bedeutet? Antworten Sie auf diese E-Mail, wir melden uns.',
    ),
  };
}

function protectionReminder(company: string): Words {
  return {
    subject: `Leadschutz: bitte melden Sie sich bei ${company}`,
    text: paragraphs(
      'Guten Tag,',
      `zu ${company} liegt seit 60 Tagen keine belegbare Aktivität vor.`,
      'Ab heute läuft eine Nachfrist von zehn Tagen. Halten Sie in dieser Zeit ein qualifiziertes Telefonat,' +
        ' einen Termin oder eine andere belegbare Aktivität fest, sonst endet Ihr Leadschutz.',
    ),
  };
}

function expiryNotice(company: string): Words {
  return {
    subject: `Leadschutz abgelaufen: ${company}`,
    text: paragraphs(
      'Guten Tag,',
      `der Leadschutz für ${company} ist abgelaufen, die Zuordnung wurde aufgehoben.`,
      'Die Gebietsleitung kann den Lead neu vergeben.',
    ),
  };
}

const greeting = 'Guten Tag,';
const farewell = 'Freundliche Grüße\nIhr Team von Cook&Fresh';

function paragraphs(...texts: readonly string[]): string {
  return [...texts, farewell].join('\n\n');
}

/** `1000.00 EUR` as people write it: `1.000 €`. */
function amount(money: string): string {
  const [value = '0', currency = 'EUR'] = money.split(' ');
  const fractionDigits = Number.isInteger(Number(value)) ? 0 : 2;
  return new Intl.NumberFormat('de-DE', {
    style: 'currency',
    currency,
    minimumFractionDigits: fractionDigits,
  })
    .format(Number(value))
    .replaceAll('\u00A0', ' ');
}

interface Business {
  readonly name: string;
  readonly benefit: string;
  readonly box: string;
}

const otherBusiness: Business = {
  name: 'Ihre Küche',
  benefit: 'Unsere fertigen Komponenten sparen Zeit und halten die Qualität gleichmäßig hoch.',
  box: 'einer Auswahl unserer beliebtesten Gerichte',
};

const businesses: Readonly<Record<string, Business>> = {
  RESTAURANT: {
    name: 'Ihr Restaurant',
    benefit:
      'Unsere fertigen Komponenten entlasten Ihre Küche im Service, bei gleichbleibender Qualität.',
    box: 'Saucen, Beilagen und Hauptgerichten für die Restaurantküche',
  },
  HOTEL: {
    name: 'Ihr Hotel',
    benefit: 'Vom Frühstück bis zum Bankett sparen unsere fertigen Komponenten Zeit und Personal.',
    box: 'Produkten für Frühstück, Bankett und Zimmerservice',
  },
  KANTINE: {
    name: 'Ihre Kantine',
    benefit: 'Unsere fertigen Komponenten machen große Mengen planbar und senken den Abfall.',
    box: 'Menükomponenten für die Gemeinschaftsverpflegung',
  },
  CATERING: {
    name: 'Ihr Catering',
    benefit: 'Unsere fertigen Komponenten reisen gut und gelingen auch außer Haus.',
    box: 'Fingerfood und Buffetkomponenten',
  },
};

/** By the key of a seasonal window; a key without words of its own changes nothing. */
function seasonOf(season: string | null | undefined): string | undefined {
  return seasons[season?.toLowerCase() ?? ''];
}

const seasons: Readonly<Record<string, string>> = {
  sommer: 'leichten Sommergerichten, Salaten und Grillbeilagen',
  weihnachten: 'festlichen Braten, Knödeln und Rotkohl für das Weihnachtsgeschäft',
};
