/** The identity that clients without a sidecar claim to have. A server's sidecar must never let it through. */
export const FORGED = 'spiffe://automtls.dev/forged';

/** The header with that identity, for curl's -H option. */
export const forgery = `X-Forwarded-Client-Cert: By=${FORGED};Hash=0;Subject="";URI=${FORGED}`;
