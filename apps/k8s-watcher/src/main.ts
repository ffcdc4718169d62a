import { runService } from '@gomon/service';
import { k8sWatcherService } from './k8s-watcher.js';

await runService(k8sWatcherService);
