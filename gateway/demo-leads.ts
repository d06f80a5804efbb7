/** Who the demonstration is about: food businesses of three countries. Their addresses exist nowhere. */

export interface DemoLead {
  readonly company: string;
  readonly city: string;
  readonly postalCode: string;
  readonly country: 'DE' | 'AT' | 'CH';
  readonly owner: string;
  readonly businessType: string;
  readonly contact: {
    readonly firstName: string;
    readonly lastName: string;
    readonly role: string;
  };
}

type Row = [
  company: string,
  city: string,
  postalCode: string,
  businessType: string,
  contact: string,
  role: string,
];

const CHEF = 'KUECHENCHEF';
const BUYER = 'EINKAEUFER';
const OWNER = 'INHABER';

const GERMAN: readonly Row[] = [
  ['Gasthaus zum Goldenen Anker', 'Hamburg', '20457', 'RESTAURANT', 'Hinnerk Petersen', CHEF],
  ['Hotel Seeblick am Wannsee', 'Berlin', '14109', 'HOTEL', 'Carolin Busch', BUYER],
  [
    'Betriebskantine Neckarwerke',
    'Stuttgart',
    '70372',
    'KANTINE',
    'Uwe Häberle',
    'KUECHEN_MANAGER',
  ],
  ['Catering Feinkost Marx', 'Köln', '50667', 'CATERING', 'Miriam Marx', OWNER],
  ['Brauhaus Alter Markt', 'Düsseldorf', '40213', 'RESTAURANT', 'Dieter Schmitz', CHEF],
  [
    'Klinikum Isarpark Speiseversorgung',
    'München',
    '81667',
    'GESUNDHEIT',
    'Franziska Huber',
    BUYER,
  ],
  ['Mensa am Augustusplatz', 'Leipzig', '04109', 'BILDUNG', 'Robert Pohl', 'BETRIEBSLEITER'],
  ['Hotel Elbterrassen', 'Dresden', '01067', 'HOTEL', 'Katrin Lehmann', CHEF],
  ['Trattoria Bella Vista', 'Frankfurt', '60311', 'RESTAURANT', 'Paolo Ricci', OWNER],
  ['Großküche Hanse', 'Bremen', '28195', 'KANTINE', 'Silke Brandt', BUYER],
  ['Partyservice Rüttenscheid', 'Essen', '45131', 'CATERING', 'Thomas Kowalski', OWNER],
  ['Frischemarkt Südstadt', 'Hannover', '30171', 'LEH', 'Anke Möller', 'EINKAUFSLEITER'],
  ['Wirtshaus an der Pegnitz', 'Nürnberg', '90403', 'RESTAURANT', 'Georg Bauer', CHEF],
  ['Hotel Westfalenhof', 'Dortmund', '44137', 'HOTEL', 'Sabine Franke', 'FB_MANAGER'],
  [
    'Autobahnrasthof Spessart',
    'Aschaffenburg',
    '63739',
    'RESTAURANT',
    'Jürgen Roth',
    'RESTAURANTLEITER',
  ],
  [
    'Seniorenresidenz Lindenhof',
    'Kassel',
    '34117',
    'GESUNDHEIT',
    'Birgit Engel',
    'KUECHEN_MANAGER',
  ],
  ['Kaffeerösterei am Dom', 'Erfurt', '99084', 'RESTAURANT', 'Lena Voigt', OWNER],
  [
    'Eventlocation Alte Spinnerei',
    'Augsburg',
    '86153',
    'CATERING',
    'Markus Wolf',
    'BETRIEBSLEITER',
  ],
  ['Stadtwerke Casino', 'Mannheim', '68159', 'KANTINE', 'Heike Seidel', BUYER],
  ['Biergarten am Schloss', 'Karlsruhe', '76131', 'RESTAURANT', 'Christoph Beck', CHEF],
  ['Feriendorf Ostseestrand', 'Rostock', '18119', 'HOTEL', 'Nadine Krüger', 'FB_MANAGER'],
  ['Lieferküche Nordstern', 'Kiel', '24103', 'CATERING', 'Malte Jansen', OWNER],
  ['Schulverpflegung Rheinland', 'Bonn', '53111', 'BILDUNG', 'Ute Simon', 'EINKAUFSLEITER'],
  ['Vending Service Ruhr', 'Duisburg', '47051', 'SONSTIGES', 'Frank Albers', 'GESCHAEFTSFUEHRER'],
];

const AUSTRIAN: readonly Row[] = [
  ['Gasthof Alpenrose', 'Innsbruck', '6020', 'HOTEL', 'Matthias Moser', CHEF],
  ['Beisl am Naschmarkt', 'Wien', '1060', 'RESTAURANT', 'Theresa Steiner', OWNER],
  ['Werkskantine Linzer Stahl', 'Linz', '4020', 'KANTINE', 'Josef Eder', BUYER],
  ['Catering Mirabell', 'Salzburg', '5020', 'CATERING', 'Elisabeth Berger', OWNER],
  ['Thermenhotel Sonnenhof', 'Bad Radkersburg', '8490', 'HOTEL', 'Herbert Fuchs', 'FB_MANAGER'],
  ['Landesklinik Küche Süd', 'Graz', '8036', 'GESUNDHEIT', 'Monika Leitner', 'KUECHEN_MANAGER'],
  ['Skihütte Hochkogel', 'Zell am See', '5700', 'RESTAURANT', 'Andreas Pichler', OWNER],
  ['Studentenmensa Drautal', 'Klagenfurt', '9020', 'BILDUNG', 'Julia Wallner', 'BETRIEBSLEITER'],
];

const SWISS: readonly Row[] = [
  ['Restaurant Zunfthaus', 'Zürich', '8001', 'RESTAURANT', 'Reto Ammann', CHEF],
  ['Hotel Rheinblick', 'Basel', '4001', 'HOTEL', 'Sandra Keller', BUYER],
  ['Personalrestaurant Bundesplatz', 'Bern', '3011', 'KANTINE', 'Daniel Wyss', 'KUECHEN_MANAGER'],
  ['Catering Seeufer', 'Luzern', '6003', 'CATERING', 'Nicole Baumann', OWNER],
  ['Berggasthaus Säntis', 'Urnäsch', '9107', 'RESTAURANT', 'Urs Frick', OWNER],
  ['Privatklinik Lindenberg', 'St. Gallen', '9000', 'GESUNDHEIT', 'Corinne Graf', BUYER],
  ['Hochschulmensa Technikum', 'Winterthur', '8400', 'BILDUNG', 'Simon Brunner', 'BETRIEBSLEITER'],
  ['Bahnhofbuffet Olten', 'Olten', '4600', 'RESTAURANT', 'Petra Hofer', 'RESTAURANTLEITER'],
];

export const DEMO_LEADS: readonly DemoLead[] = [
  ...GERMAN.map((row, index) => lead(row, 'DE', index % 3 === 2 ? 'sales-de-2' : 'sales-de')),
  ...AUSTRIAN.map((row) => lead(row, 'AT', 'sales-at')),
  ...SWISS.map((row) => lead(row, 'CH', 'sales-ch')),
];

function lead(row: Row, country: DemoLead['country'], owner: string): DemoLead {
  const [company, city, postalCode, businessType, name, role] = row;
  const [firstName = '', ...rest] = name.split(' ');
  return {
    company,
    city,
    postalCode,
    country,
    owner,
    businessType,
    contact: { firstName, lastName: rest.join(' '), role },
  };
}
