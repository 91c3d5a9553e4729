/** Which commands of the shell the sources use; tests hand in their own. */
import type { Commands } from '$lib/ipc/bindings';

export type SourcesApi = Pick<
	Commands,
	| 'sources'
	| 'probeSource'
	| 'suggestScope'
	| 'planSync'
	| 'saveSource'
	| 'deleteSource'
	| 'pauseSource'
	| 'follow'
	| 'resumeLabel'
	| 'sync'
	| 'cancelJob'
	| 'jobs'
	| 'parseTime'
	| 'choosePath'
	| 'cmdbPresets'
	| 'checkMapping'
>;
