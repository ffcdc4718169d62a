type Fields = Readonly<Record<string, unknown>>;

/**
 * Checks blocks as strictly as Slack does (limits of docs.slack.dev, Block Kit reference). Returns what is wrong, in the
 * words of `response_metadata.messages`.
 */
export function faultsInBlocks(blocks: unknown): readonly string[] {
  if (!Array.isArray(blocks)) return ['must be an array [json-pointer:/blocks]'];
  const faults: string[] = [];
  if (blocks.length > 50) faults.push('no more than 50 items allowed [json-pointer:/blocks]');
  const ids = new Set<unknown>();
  for (const [index, block] of blocks.entries()) {
    const at = `/blocks/${index}`;
    if (!isFields(block)) {
      faults.push(`must be an object [json-pointer:${at}]`);
      continue;
    }
    const id = block['block_id'];
    if (id !== undefined) {
      faults.push(...text(id, `${at}/block_id`, 1, 255));
      if (ids.has(id)) faults.push(`block_id is not unique [json-pointer:${at}/block_id]`);
      ids.add(id);
    }
    faults.push(...faultsOfBlock(block, at));
  }
  return faults;
}

const COMMON = ['type', 'block_id'];

function faultsOfBlock(block: Fields, at: string): readonly string[] {
  switch (block['type']) {
    case 'section':
      return [
        ...unknownFields(block, at, ['text', 'fields', 'accessory', 'expand']),
        ...(block['text'] === undefined && block['fields'] === undefined
          ? [`text or fields is required [json-pointer:${at}]`]
          : []),
        ...optionally(block['text'], (value) => textObject(value, `${at}/text`, 3_000)),
        ...optionally(block['fields'], (value) =>
          list(value, `${at}/fields`, 10, (item, where) => textObject(item, where, 2_000)),
        ),
        ...optionally(block['accessory'], (value) => element(value, `${at}/accessory`)),
      ];
    case 'header':
      return [
        ...unknownFields(block, at, ['text', 'level']),
        ...textObject(block['text'], `${at}/text`, 150, ['plain_text']),
      ];
    case 'divider':
      return unknownFields(block, at, []);
    case 'context':
      return [
        ...unknownFields(block, at, ['elements']),
        ...list(block['elements'], `${at}/elements`, 10, (item, where) =>
          isFields(item) && item['type'] === 'image' ? image(item, where) : textObject(item, where, 3_000),
        ),
      ];
    case 'actions':
      return [
        ...unknownFields(block, at, ['elements']),
        ...list(block['elements'], `${at}/elements`, 25, element),
        ...uniqueActions(block['elements'], at),
      ];
    case 'image':
      return [
        ...unknownFields(block, at, ['image_url', 'alt_text', 'title', 'slack_file']),
        ...image(block, at),
      ];
    default:
      return [`unsupported type: ${String(block['type'])} [json-pointer:${at}/type]`];
  }
}

function element(value: unknown, at: string): readonly string[] {
  if (!isFields(value)) return [`must be an object [json-pointer:${at}]`];
  if (value['type'] === 'image') return image(value, at);
  if (value['type'] === 'overflow') return overflow(value, at);
  if (value['type'] !== 'button')
    return [`unsupported type: ${String(value['type'])} [json-pointer:${at}/type]`];
  const { style } = value;
  return [
    ...unknownFields(value, at, [
      'text',
      'action_id',
      'url',
      'value',
      'style',
      'confirm',
      'accessibility_label',
    ]),
    ...textObject(value['text'], `${at}/text`, 75, ['plain_text']),
    ...optionally(value['action_id'], (id) => text(id, `${at}/action_id`, 1, 255)),
    ...optionally(value['value'], (content) => text(content, `${at}/value`, 1, 2_000)),
    ...optionally(value['url'], (url) => httpUrl(url, `${at}/url`)),
    ...optionally(value['accessibility_label'], (label) => text(label, `${at}/accessibility_label`, 1, 75)),
    ...(style === undefined || style === 'primary' || style === 'danger'
      ? []
      : [`invalid style [json-pointer:${at}/style]`]),
  ];
}

function overflow(value: Fields, at: string): readonly string[] {
  return [
    ...unknownFields(value, at, ['action_id', 'options', 'confirm']),
    ...optionally(value['action_id'], (id) => text(id, `${at}/action_id`, 1, 255)),
    ...list(value['options'], `${at}/options`, 5, (option, where) =>
      isFields(option)
        ? [
            ...unknownFields(option, where, ['text', 'value', 'description', 'url']),
            ...textObject(option['text'], `${where}/text`, 75, ['plain_text']),
            ...text(option['value'], `${where}/value`, 1, 150),
          ]
        : [`must be an object [json-pointer:${where}]`],
    ),
  ];
}

function image(value: Fields, at: string): readonly string[] {
  return [
    ...text(value['alt_text'], `${at}/alt_text`, 1, 2_000),
    ...optionally(value['image_url'], (url) => httpUrl(url, `${at}/image_url`)),
    ...optionally(value['title'], (title) =>
      typeof title === 'string' ? [] : textObject(title, `${at}/title`, 2_000, ['plain_text']),
    ),
  ];
}

function textObject(
  value: unknown,
  at: string,
  longest: number,
  types = ['plain_text', 'mrkdwn'],
): readonly string[] {
  if (!isFields(value)) return [`must be an object [json-pointer:${at}]`];
  const type = value['type'];
  const allowed = type === 'mrkdwn' ? ['text', 'verbatim'] : ['text', 'emoji'];
  return [
    ...(typeof type === 'string' && types.includes(type)
      ? []
      : [`must be of type ${types.join(' or ')} [json-pointer:${at}/type]`]),
    ...unknownFields(value, at, allowed, ['type']),
    ...text(value['text'], `${at}/text`, 1, longest),
  ];
}

function text(value: unknown, at: string, shortest: number, longest: number): readonly string[] {
  if (typeof value !== 'string') return [`must be a string [json-pointer:${at}]`];
  const { length } = Array.from(value);
  if (length < shortest) return [`must be more than ${shortest - 1} characters [json-pointer:${at}]`];
  return length > longest ? [`must be less than ${longest + 1} characters [json-pointer:${at}]`] : [];
}

function httpUrl(value: unknown, at: string): readonly string[] {
  const faults = text(value, at, 1, 3_000);
  if (faults.length > 0 || typeof value !== 'string') return faults;
  return /^https?:\/\/[^\s<>|]+$/.test(value) ? [] : [`must be a valid url [json-pointer:${at}]`];
}

function list(
  value: unknown,
  at: string,
  most: number,
  check: (item: unknown, at: string) => readonly string[],
): readonly string[] {
  if (!Array.isArray(value) || value.length === 0) return [`must contain items [json-pointer:${at}]`];
  const tooMany = value.length > most ? [`no more than ${most} items allowed [json-pointer:${at}]`] : [];
  return [...tooMany, ...value.flatMap((item, index) => check(item, `${at}/${index}`))];
}

function uniqueActions(elements: unknown, at: string): readonly string[] {
  if (!Array.isArray(elements)) return [];
  const ids = elements.flatMap((item) =>
    isFields(item) && item['action_id'] !== undefined ? [item['action_id']] : [],
  );
  return new Set(ids).size === ids.length ? [] : [`action_id is not unique [json-pointer:${at}/elements]`];
}

function unknownFields(
  value: Fields,
  at: string,
  known: readonly string[],
  common = COMMON,
): readonly string[] {
  return Object.keys(value)
    .filter((name) => !known.includes(name) && !common.includes(name) && !(name === 'type'))
    .map((name) => `no more properties allowed: ${name} [json-pointer:${at}]`);
}

function optionally(value: unknown, check: (value: unknown) => readonly string[]): readonly string[] {
  return value === undefined ? [] : check(value);
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
