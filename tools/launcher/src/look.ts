import { z } from 'zod';

const alertPage = z.object({
  items: z.array(
    z.object({ problemId: z.string(), severity: z.string(), labels: z.record(z.string(), z.string()) }),
  ),
});

export type AlertInApi = z.infer<typeof alertPage>['items'][number];

/** The newest alerts of the REST API. */
export async function alertsInApi(apiUrl: string, token: string): Promise<readonly AlertInApi[]> {
  const answer = await getJson(`${apiUrl}/api/v1/alerts?limit=100`, { Authorization: `Bearer ${token}` });
  return alertPage.parse(answer).items;
}

const problem = z.object({ status: z.string() });

export async function problemStatus(apiUrl: string, token: string, id: string): Promise<string> {
  const url = `${apiUrl}/api/v1/problems/${id}`;
  return problem.parse(await getJson(url, { Authorization: `Bearer ${token}` })).status;
}

const topology = z.object({
  topology: z.object({ nodes: z.array(z.object({ name: z.string() })) }).optional(),
});

/** Names of the nodes of which it is known what runs on them. */
export async function nodesInApi(apiUrl: string, token: string): Promise<readonly string[]> {
  const answer = await getJson(`${apiUrl}/api/v1/cluster/topology`, { Authorization: `Bearer ${token}` });
  return topology.parse(answer).topology?.nodes.map(({ name }) => name) ?? [];
}

const slackState = z.object({
  channels: z.array(
    z.object({
      name: z.string(),
      messages: z.array(
        z.looseObject({
          ts: z.string(),
          thread_ts: z.string().nullish(),
          blocks: z.array(z.looseObject({ type: z.string() })).optional(),
        }),
      ),
    }),
  ),
});

export interface SlackMessage {
  /** With its `#`. */
  readonly channel: string;
  /** All of it, as JSON. */
  readonly content: string;
  readonly hasButtons: boolean;
  readonly isReply: boolean;
}

/** What stands in the simulated Slack. */
export async function messagesInSlack(simulatorUrl: string): Promise<readonly SlackMessage[]> {
  const { channels } = slackState.parse(await getJson(`${simulatorUrl}/__state`, {}));
  return channels.flatMap(({ name, messages }) =>
    messages.map((message) => ({
      channel: `#${name.replace(/^#/, '')}`,
      content: JSON.stringify(message),
      hasButtons: message.blocks?.some(({ type }) => type === 'actions') === true,
      isReply: (message.thread_ts ?? message.ts) !== message.ts,
    })),
  );
}

const opsgenieState = z.object({
  incidents: z.array(z.object({ status: z.string(), details: z.record(z.string(), z.string()) })),
});

/** What stands in the simulated Opsgenie. */
export async function incidentsInOpsgenie(simulatorUrl: string) {
  return opsgenieState.parse(await getJson(`${simulatorUrl}/__state`, {})).incidents;
}

async function getJson(url: string, headers: Record<string, string>): Promise<unknown> {
  const response = await fetch(url, { headers, signal: AbortSignal.timeout(2_000) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response.json();
}
