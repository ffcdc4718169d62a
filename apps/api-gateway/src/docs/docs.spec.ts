import { createRequire } from 'node:module';
import { RequestMethod, type Type } from '@nestjs/common';
import { Stage } from '../api-gateway.spec-support.js';
import { AlertsController } from '../alerts/alerts.controller.js';
import { LabelsController } from '../alerts/labels.controller.js';
import { ClusterController } from '../cluster/cluster.controller.js';
import { TokensController } from '../access/tokens.controller.js';
import { SilencesController } from '../silences/silences.controller.js';
import { RulesController } from '../rules/rules.controller.js';
import { HistoryController } from '../history/history.controller.js';
import { IncidentsController } from '../incidents/incidents.controller.js';
import { LedgerController } from '../ledger/ledger.controller.js';
import { ProblemsController } from '../problems/problems.controller.js';
import { examples } from './examples.js';
import { openApiStructure } from './openapi-structure.spec-support.js';
import { openApiDocument, type Operation } from './openapi.js';

const load = createRequire(import.meta.url);
const { Ajv2020 } = load('ajv/dist/2020.js') as typeof import('ajv/dist/2020.js');
const addFormats = load('ajv-formats') as (ajv: object) => void;

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
}, 60_000);
afterAll(() => stage?.close());
beforeEach(() => stage.correlator.forget());

const document = JSON.parse(JSON.stringify(openApiDocument())) as ReturnType<typeof openApiDocument>;
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
);

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats(ajv);

/** What is wrong with a value by a schema of the document. */
function faults(schema: object, value: unknown): readonly string[] {
  const validate = ajv.compile({ ...schema, components: document.components });
  return validate(value) ? [] : (validate.errors ?? []).map((e) => `${e.instancePath} ${e.message ?? ''}`);
}

/** Every value of a member with this name, wherever it stands. */
function everywhere(value: unknown, name: string): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    ...(key === name ? [inner as unknown] : []),
    ...everywhere(inner, name),
  ]);
}

describe('the page', () => {
  it('needs no token, runs no script and loads nothing from elsewhere', async () => {
    const page = await fetch(`${stage.service.url}/api/docs`);
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'self';/);
    const html = await page.text();
    for (const { path } of operations) expect(html).toContain(`<code>${path}</code>`);
    expect(html).not.toMatch(/<script|style="|src=/);
    const links = [...html.matchAll(/href="([^"]+)"/g)].map(([, link]) => link ?? '');
    expect(links.filter((link) => !/^(\/api\/docs\/|#)/.test(link))).toEqual([]);
    for (const link of links.filter((one) => one.startsWith('#'))) {
      expect(html).toContain(`id="${link.slice(1)}"`);
    }
    const style = await fetch(`${stage.service.url}/api/docs/style.css`);
    expect(style.headers.get('content-type')).toBe('text/css; charset=utf-8');
  });
});

describe('the document', () => {
  it('is what the service serves', async () => {
    const { status, body } = await stage.call('GET', '/api/docs/openapi.json', { token: 'none' });
    expect([status, body]).toEqual([200, document]);
  });

  it('has the structure of OpenAPI 3.1', () => {
    expect(faults(openApiStructure, document)).toEqual([]);
    expect(faults(openApiStructure, { ...document, paths: { nope: {} } })).not.toEqual([]);
  });

  it('has operations with names of their own, and parameters for every part of their path', () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { path, operation } of operations) {
      const inPath = (operation.parameters ?? [])
        .filter((one) => one['in'] === 'path')
        .map(({ name }) => name);
      expect(inPath).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
    }
  });

  it('has schemas that are schemas, and references that lead somewhere', () => {
    for (const schema of everywhere(document, 'schema')) {
      expect([ajv.validateSchema(schema as object), ajv.errorsText()]).toEqual([true, 'No errors']);
    }
    const known = Object.keys(document.components.schemas).map((name) => `#/components/schemas/${name}`);
    expect(known.filter((name) => !/^#\/components\/schemas\/[A-Z][A-Za-z]+$/.test(name))).toEqual([]);
    expect(everywhere(document, '$ref').filter((ref) => !known.includes(String(ref)))).toEqual([]);
  });

  it('has examples that fit', () => {
    const contents = everywhere(document, 'application/json') as readonly {
      schema: object;
      example?: unknown;
    }[];
    expect(contents.length).toBeGreaterThan(10);
    for (const { schema, example } of contents) expect(faults(schema, example)).toEqual([]);
  });

  it('holds every route of the API, and none that is not there', () => {
    const served = [
      AlertsController,
      LabelsController,
      ProblemsController,
      IncidentsController,
      ClusterController,
      HistoryController,
      LedgerController,
      RulesController,
      SilencesController,
      TokensController,
    ]
      .flatMap(routesOf)
      .sort();
    const documented = operations.map(({ method, path }) => `${method.toUpperCase()} ${path}`).sort();
    expect(documented).toEqual(served);
  });
});

/** The routes of a controller, by what Nest knows of it. */
function routesOf(controller: Type): readonly string[] {
  const base = String(Reflect.getMetadata('path', controller));
  const prototype = Reflect.get(controller, 'prototype') as object;
  return Object.getOwnPropertyNames(prototype).flatMap((name) => {
    const value: unknown = Reflect.get(prototype, name);
    if (typeof value !== 'function') return [];
    const method: unknown = Reflect.getMetadata('method', value);
    if (typeof method !== 'number') return [];
    const path = String(Reflect.getMetadata('path', value));
    const url = `/${base}/${path}`.replace(/\/+$/, '').replace(/\/{2,}/g, '/');
    return [`${RequestMethod[method] ?? ''} ${url.replace(/:(\w+)/g, '{$1}')}`];
  });
}

describe('real answers', () => {
  async function answerOf(method: string, path: string, operation: Operation, body?: unknown) {
    const url = path.replace('{id}', examples.id).replace('{version}', '7').replace('{name}', 'deploy-bot');
    // Whatever is needed is a time.
    const needs = (operation.parameters ?? []).filter(
      (one) => one['in'] === 'query' && one['required'] === true,
    );
    const asked = new URLSearchParams(
      needs.map(({ name }): [string, string] => [String(name), examples.board.at]),
    );
    const needed = operation.requestBody?.content['application/json']?.example;
    const answer = await stage.call(
      method.toUpperCase(),
      asked.size === 0 ? url : `${url}?${asked.toString()}`,
      { body: body ?? needed },
    );
    const declared = operation.responses[String(answer.status)]?.content;
    const type = answer.headers.get('content-type')?.split(';')[0] ?? '';
    const schema = declared?.[type]?.schema;
    return {
      ...answer,
      faults: schema === undefined ? [`${type} is not declared`] : faults(schema, answer.body),
    };
  }

  it.each(operations.map(({ method, path, operation }) => [method, path, operation] as const))(
    'of %s %s fit, the good and the bad ones',
    async (method, path, operation) => {
      const good = await answerOf(method, path, operation);
      expect([Math.floor(good.status / 100), good.faults]).toEqual([2, []]);
      if (method === 'get') {
        stage.correlator.reply = () => ({ bytes: 'hello' });
        const bad = await answerOf(method, path, operation);
        expect([bad.status, bad.faults]).toEqual([502, []]);
        return;
      }
      const wrong = await answerOf(method, path, operation, { nope: 1 });
      expect([wrong.status, wrong.faults]).toEqual([400, []]);
      if (method === 'post') return;
      stage.correlator.commandAnswer = { ...stage.correlator.commandAnswer, outcome: 'without-effect' };
      const late = await answerOf(method, path, operation);
      expect([late.status, late.faults]).toEqual([409, []]);
    },
  );
});
