import { fileURLToPath } from 'node:url';

/** The directory of the native cluster's manifests, Go module and patches. */
export const manifests = fileURLToPath(new URL('../../../manifests/native', import.meta.url));
