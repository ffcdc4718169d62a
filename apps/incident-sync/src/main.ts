import { runService } from '@gomon/service';
import { incidentSyncService } from './incident-sync.js';

await runService(incidentSyncService);
