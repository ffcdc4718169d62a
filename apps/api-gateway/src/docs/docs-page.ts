import { ROUTES } from './openapi.js';

type Json = Readonly<Record<string, unknown>>;

/** The document as a page that a person can read: no scripts, nothing from elsewhere. */
export function docsPage(document: Json): string {
  const { paths } = document as { paths: Record<string, Record<string, Json>> };
  const sections = ROUTES.map(({ method, path }) => operation(method, path, paths[path]?.[method] ?? {}));
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>GoMon API</title><link rel="stylesheet" href="/api/docs/style.css"></head>
<body><main>
<h1>GoMon API</h1>
<p>Send a bearer token with each request: <code>Authorization: Bearer …</code>. Errors are problem details (RFC 9457).
For tools: <a href="/api/docs/openapi.json">OpenAPI 3.1</a>.</p>
${sections.join('\n')}
</main></body></html>
`;
}

function operation(method: string, path: string, details: Json): string {
  const parameters = (details['parameters'] ?? []) as readonly Json[];
  const responses = (details['responses'] ?? {}) as Readonly<Record<string, Json>>;
  const body = details['requestBody'] as Json | undefined;
  return `<section>
<h2><span class="${method}">${method.toUpperCase()}</span> <code>${html(path)}</code></h2>
<p>${html(details['summary'])}. ${html(details['description'] ?? '')}</p>
${parameters.length === 0 ? '' : `<h3>Parameters</h3><table>${parameters.map(parameter).join('')}</table>`}
${body === undefined ? '' : `<details><summary>Body</summary><pre>${json(body['content'])}</pre></details>`}
<h3>Answers</h3>
<table>${Object.entries(responses)
    .map(([status, response]) => answer(status, response))
    .join('')}</table>
</section>`;
}

function parameter({ name, in: where, schema }: Json): string {
  return `<tr><th><code>${html(name)}</code></th><td>${html(where)}</td><td><code>${json(schema)}</code></td></tr>`;
}

function answer(status: string, response: Json): string {
  const schema = status.startsWith('2')
    ? `<details><summary>Schema</summary><pre>${json(response['content'])}</pre></details>`
    : '';
  return `<tr><th>${html(status)}</th><td>${html(response['description'])}${schema}</td></tr>`;
}

function json(value: unknown): string {
  return html(JSON.stringify(value, undefined, 1));
}

function html(value: unknown): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
  };
  return String(value).replace(/[&<>"]/g, (character) => entities[character] ?? character);
}

export const docsStyle = `
:root { font: 16px/1.5 system-ui, sans-serif; color: #1c1e21; background: #fff; }
main { max-width: 900px; margin: 0 auto; padding: 24px; }
section { border-top: 1px solid #ddd; padding: 8px 0 16px; }
h2 { font-size: 18px; margin: 16px 0 4px; } h3 { font-size: 14px; margin: 12px 0 4px; color: #555; }
h2 span { display: inline-block; min-width: 68px; text-align: center; border-radius: 4px; color: #fff; font-size: 13px; padding: 2px 6px; background: #57606a; }
h2 .get { background: #0969da; } h2 .post { background: #1a7f37; } h2 .put { background: #9a6700; } h2 .delete { background: #cf222e; }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
th, td { text-align: left; vertical-align: top; padding: 4px 12px 4px 0; border-bottom: 1px solid #eee; overflow-wrap: anywhere; }
code, pre { font: 13px/1.45 ui-monospace, monospace; } pre { background: #f6f8fa; padding: 12px; overflow: auto; max-height: 400px; }
a { color: #0969da; } summary { cursor: pointer; }
@media (prefers-color-scheme: dark) { :root { background: #0d1117; color: #e6edf3; } pre { background: #161b22; } section, th, td { border-color: #30363d; } h3 { color: #9198a1; } a { color: #4493f8; } }
`;
