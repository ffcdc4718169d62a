/** Labels by which senders say of which environment something is; of several the first. */
export const ENVIRONMENT_LABELS = ['environment', 'env', 'stage', 'deployment_environment'] as const;

/** What they say of what is not production. */
export const NOT_PRODUCTION = [
  'dev',
  'development',
  'test',
  'testing',
  'qa',
  'sandbox',
  'staging',
  'stage',
  'preview',
  'integration',
  'local',
  'nonprod',
  'non-prod',
  'non-production',
] as const;
