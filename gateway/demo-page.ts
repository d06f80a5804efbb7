import { DEMO_LOGINS } from './demo-logins.ts';

/** The demo issuer's sign-in form. Texts are fixed; nothing a client sent is repeated. */
export function demoPage(message: string): string {
  const options = DEMO_LOGINS.map(
    ({ login, name, roles, territories }) =>
      `<option value="${login}">${name} · ${roles.join(', ')} · ${territories.join(', ')}</option>`,
  );
  return `<!doctype html>
<html lang="de">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Anmelden · FreshPlan</title>
<link rel="stylesheet" href="/graphiql/playground.css">
</head>
<body class="sign-in">
<main>
<h1>Anmelden</h1>
<p>Vorführung: Das Kennwort ist für alle <code>demo</code>.</p>
${message === '' ? '' : `<p role="alert">${message}</p>`}
<form method="post">
<label>Person <select name="login">${options.join('')}</select></label>
<label>Kennwort <input name="password" type="password" autocomplete="current-password" required></label>
<button>Anmelden</button>
</form>
</main>
</body>
</html>
`;
}
