import { runService } from '@gomon/service';
import { slackGatewayService } from './slack-gateway.js';

await runService(slackGatewayService);
