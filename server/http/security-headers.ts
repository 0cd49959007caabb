const YEAR = 31_536_000;

/**
 * Of every answer, as name and value in turn; pages for people set a policy of their own. What clients stored (XHTML in XML, HTML in a Binary)
 * never runs as a page of this origin, is never framed, and tells no other site by which URL it was reached.
 * https://owasp.org/www-project-secure-headers/
 * @param isTls whether clients reach this server by TLS only
 */
export function securityHeaders(isTls: boolean): readonly string[] {
  return [
    'X-Content-Type-Options',
    'nosniff',
    'Content-Security-Policy',
    `default-src 'none'; frame-ancestors 'none'; sandbox`,
    'X-Frame-Options',
    'DENY',
    'Referrer-Policy',
    'no-referrer',
    'Cross-Origin-Resource-Policy',
    'same-origin',
    ...(isTls ? ['Strict-Transport-Security', `max-age=${YEAR}; includeSubDomains`] : []),
  ];
}
