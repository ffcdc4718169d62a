import { runService } from '@gomon/service';
import { apiGatewayService } from './api-gateway.js';

await runService(apiGatewayService);
