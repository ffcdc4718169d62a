import { runService } from '@gomon/service';
import { ingestService } from './ingest.js';

await runService(ingestService);
