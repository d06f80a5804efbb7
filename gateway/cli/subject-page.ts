/** What a person gets who asks what is known about him. */
export interface SubjectDocument {
  readonly subjectId: string;
  readonly kind: string;
  readonly createdAt: string;
  readonly answerBy: string;
  readonly sources: readonly {
    readonly module: string;
    readonly source: string;
    readonly purpose: string;
    readonly period: string;
    readonly facts: readonly {
      readonly type: string;
      readonly time: string;
      readonly data: unknown;
    }[];
  }[];
}

/** The same as a page that can be read and printed; holds no script and loads nothing. */
export function subjectPage(document: SubjectDocument): string {
  const sections = document.sources.map(
    ({ source, purpose, period, facts }) => `<section>
<h2>${text(source)}</h2>
<dl><dt>Zweck</dt><dd>${text(purpose)}</dd><dt>Speicherdauer</dt><dd>${text(period)}</dd></dl>
<table><thead><tr><th scope="col">Zeitpunkt</th><th scope="col">Vorgang</th><th scope="col">Angaben</th></tr></thead>
<tbody>
${facts.map((fact) => `<tr><td>${text(fact.time)}</td><td>${text(fact.type)}</td><td>${values(fact.data)}</td></tr>`).join('\n')}
</tbody></table>
</section>`,
  );
  return `<!doctype html>
<html lang="de"><head><meta charset="utf-8"><title>Auskunft nach Art. 15 DSGVO</title>
<style>body{font-family:sans-serif;max-width:60rem;margin:2rem auto;line-height:1.4}table{border-collapse:collapse;width:100%}td,th{border:1px solid #767676;padding:.25rem .5rem;text-align:left;vertical-align:top}dt{font-weight:bold}</style>
</head><body><main>
<h1>Auskunft nach Art. 15 und 20 DSGVO</h1>
<p>Kennung ${text(document.subjectId)}, erstellt am ${text(document.createdAt)}, zu beantworten bis ${text(document.answerBy)}.</p>
<p>Angaben zu anderen Personen sind ausgenommen.</p>
${sections.join('\n')}
</main></body></html>
`;
}

function values(data: unknown): string {
  const entries = Object.entries((data ?? {}) as Record<string, unknown>);
  return entries
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([field, value]) => {
      const shown = typeof value === 'string' ? value : JSON.stringify(value);
      return `${text(field)}: ${text(shown)}`;
    })
    .join('<br>');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function text(value: string): string {
  return value.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
