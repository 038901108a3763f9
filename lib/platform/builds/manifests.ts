import { projectPath } from '../project.ts';

/** The directory of the native cluster's manifests, Go module and patches. */
export const manifests = projectPath('manifests/native');
