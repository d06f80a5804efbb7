/** A person or partner of the demonstration. The seed writes exactly these, so tokens fit the data. */
export interface DemoLogin {
  readonly login: string;
  readonly userId: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly territories: readonly string[];
  readonly partnerOrgId?: string;
  readonly clientId?: string;
}

export const DEMO_PASSWORD = 'demo';

export const DEMO_LOGINS: readonly DemoLogin[] = [
  person(1, 'sales-de', 'Stefanie Weber', 'sales', ['DE']),
  person(2, 'sales-de-2', 'Jonas Keller', 'sales', ['DE']),
  person(3, 'sales-at', 'Anna Gruber', 'sales', ['AT']),
  person(4, 'sales-ch', 'Luca Meier', 'sales', ['CH']),
  person(5, 'manager-de', 'Martina Vogel', 'manager', ['DE']),
  person(6, 'manager-at-ch', 'Florian Huber', 'manager', ['AT', 'CH']),
  person(7, 'admin', 'Petra Lang', 'admin', ['AT', 'CH', 'DE']),
  person(8, 'auditor', 'Rolf Brandt', 'auditor', ['AT', 'CH', 'DE']),
  partner(1, 'partner-erp', 'ERP-Anbindung', ['AT', 'CH', 'DE']),
  partner(2, 'partner-credit', 'Auskunftei', ['AT', 'CH', 'DE']),
  partner(3, 'partner-distributor', 'Großhandel Nord', ['DE']),
];

export function demoLogin(login: string): DemoLogin | undefined {
  return DEMO_LOGINS.find((each) => each.login === login);
}

function person(
  number: number,
  login: string,
  name: string,
  role: string,
  territories: readonly string[],
): DemoLogin {
  return { login, userId: uuid('1000', number), name, roles: [role], territories };
}

function partner(
  number: number,
  login: string,
  name: string,
  territories: readonly string[],
): DemoLogin {
  const ids = { userId: uuid('2000', number), partnerOrgId: uuid('3000', number) };
  return { login, name, roles: ['partner'], territories, clientId: login, ...ids };
}

function uuid(kind: string, number: number): string {
  return `0de40000-${kind}-4000-8000-${String(number).padStart(12, '0')}`;
}
