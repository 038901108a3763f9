/** An identity that clients without a sidecar claim to have: a server's sidecar must never let it through. */
export const FORGED = 'spiffe://automtls.dev/forged';

/** The header with which they claim it, as curl takes it. */
export const forgery = `X-Forwarded-Client-Cert: By=${FORGED};Hash=0;Subject="";URI=${FORGED}`;
