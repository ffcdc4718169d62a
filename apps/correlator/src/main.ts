import { runService } from '@gomon/service';
import { correlatorService } from './correlator.js';

await runService(correlatorService);
