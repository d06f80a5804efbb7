/** The small page behind /graphiql where the cockpit was not built: everything from this server. */
const byId = (id) => document.getElementById(id);
const [query, variables, answer] = ['query', 'variables', 'answer'].map(byId);
const [run, stop, logins, examples] = ['run', 'stop', 'logins', 'examples'].map(byId);

const EXAMPLES = {
  'Wer bin ich': '{\n  me {\n    roles\n    territories\n    user {\n      name\n    }\n  }\n}',
  'Meine Leads':
    '{\n  leads(first: 10) {\n    edges {\n      node {\n        id\n        companyName\n        status\n        stage\n        owner {\n          name\n        }\n      }\n    }\n  }\n}',
  'Änderungen mitlesen':
    'subscription {\n  leadChanged {\n    type\n    at\n    lead {\n      companyName\n      status\n    }\n  }\n}',
  'Was es gibt':
    '{\n  __schema {\n    queryType {\n      fields {\n        name\n        description\n      }\n    }\n  }\n}',
};

let socket;

function fill(select, options) {
  for (const [value, text] of options) select.append(new Option(text, value));
}

function show(value) {
  answer.textContent = typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}

function end() {
  socket?.close(1000);
  socket = undefined;
  stop.disabled = true;
}

function subscribe(payload) {
  const events = [];
  socket = new WebSocket(
    `${location.origin.replace(/^http/, 'ws')}/graphql`,
    'graphql-transport-ws',
  );
  stop.disabled = false;
  show('Wartet auf Ereignisse …');
  socket.onopen = () => socket.send(JSON.stringify({ type: 'connection_init' }));
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    if (message.type === 'connection_ack') {
      socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload }));
    } else if (message.type === 'ping') {
      socket.send(JSON.stringify({ type: 'pong' }));
    } else if (message.type === 'next' || message.type === 'error') {
      events.unshift(message.payload);
      events.length = Math.min(events.length, 50);
      show(events);
    }
  };
  socket.onclose = ({ code }) => {
    stop.disabled = true;
    if (events.length === 0) show(`Verbindung beendet (${code}).`);
  };
}

async function execute() {
  end();
  let payload;
  try {
    payload = { query: query.value, variables: JSON.parse(variables.value || '{}') };
  } catch {
    show('Die Variablen sind kein gültiges JSON.');
    return;
  }
  if (/^\s*subscription\b/.test(payload.query)) {
    subscribe(payload);
    return;
  }
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(payload),
  });
  show(await response.json());
}

async function tellWho() {
  const { user, logins: known } = await (await fetch('/auth/session')).json();
  byId('who').textContent = user
    ? `Angemeldet: ${user.roles.join(', ')} · ${user.territories.join(', ')}`
    : 'Nicht angemeldet';
  fill(logins, [['', 'wählen'], ...known.map(({ login, name }) => [login, `${name} (${login})`])]);
}

run.addEventListener('click', () => void execute());
stop.addEventListener('click', end);
logins.addEventListener('change', () => {
  if (logins.value) location.assign(`/auth/login?as=${logins.value}&next=/graphiql`);
});
examples.addEventListener('change', () => {
  query.value = EXAMPLES[examples.value];
});
fill(
  examples,
  Object.keys(EXAMPLES).map((name) => [name, name]),
);
query.value = EXAMPLES['Wer bin ich'];
void tellWho();
