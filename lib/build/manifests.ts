import { fileURLToPath } from 'node:url';

/** The directory that says what the native cluster is made of. */
export const manifests = fileURLToPath(new URL('../../manifests/native', import.meta.url));
