import type { Json } from './json-schema.js';
import type { Content, OpenApiDocument, Operation, Response } from './openapi.js';

/** The document as a page that a person can read: no scripts, nothing from elsewhere. */
export function docsPage({ info, paths, components }: OpenApiDocument): string {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => operationHtml(method, path, operation)),
  );
  const schemas = Object.entries(components.schemas).map(
    ([name, schema]) =>
      `<h3 id="${html(name)}">${html(name)}</h3>${text(schema['description'])}${code(schema)}`,
  );
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>GoMon API</title><link rel="stylesheet" href="/api/docs/style.css"></head>
<body><main>
<h1>GoMon API <small>${html(info.version)}</small></h1>
${text(info.description)}
<p>Send a bearer token with each request: <code>Authorization: Bearer …</code>.
For tools: <a href="/api/docs/openapi.json">OpenAPI 3.1</a>.</p>
${operations.join('\n')}
<section><h2>Schemas</h2>
${schemas.join('\n')}</section>
</main></body></html>
`;
}

function operationHtml(method: string, path: string, operation: Operation): string {
  const { summary, description, parameters = [], requestBody, responses } = operation;
  return `<section>
<h2><span class="${html(method)}">${html(method.toUpperCase())}</span> <code>${html(path)}</code></h2>
<p>${html(summary)}.</p>${text(description)}
${parameters.length === 0 ? '' : `<h3>Parameters</h3><table>${parameters.map(parameterHtml).join('')}</table>`}
${requestBody === undefined ? '' : `<h3>Body</h3>${contentHtml(requestBody.content)}`}
<h3>Answers</h3>
<table>${Object.entries(responses)
    .map(([status, answer]) => answerHtml(status, answer))
    .join('')}</table>
</section>`;
}

function parameterHtml({ name, in: where, description, schema }: Json): string {
  return `<tr><th><code>${html(name)}</code><br>${html(where)}</th><td>${text(description)}<code>${json(schema)}</code></td></tr>`;
}

function answerHtml(status: string, { description, content }: Response): string {
  const shown = status.startsWith('2') ? contentHtml(content) : '';
  return `<tr><th>${html(status)}</th><td>${text(description)}${shown}</td></tr>`;
}

function contentHtml(content: Readonly<Record<string, Content>>): string {
  return Object.values(content)
    .map(
      ({ schema, example }) =>
        `${example === undefined ? '' : code(example)}<details><summary>Schema</summary>${code(schema)}</details>`,
    )
    .join('');
}

function text(value: unknown): string {
  if (typeof value !== 'string') return '';
  return `<p>${html(value).replace(/`([^`]+)`/g, '<code>$1</code>')}</p>`;
}

function code(value: unknown): string {
  return `<pre>${json(value, 2)}</pre>`;
}

/** References lead to their schema. */
function json(value: unknown, indent?: number): string {
  return html(JSON.stringify(value, undefined, indent)).replace(
    /#\/components\/schemas\/(\w+)/g,
    '<a href="#$1">$1</a>',
  );
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
