import express, { type RequestHandler } from 'express';
import { ROUTES, type Addresses } from './options.ts';

/**
 * Requests as the protocol library expects them. It tells its own addresses by Host and protocol, which a client or a proxy
 * may set as they like: they are the issuer's, always.
 */
export function asIssuer({ issuer }: Addresses): RequestHandler {
  const { host, protocol } = new URL(issuer);
  return (request, _response, next) => {
    request.headers.host = host;
    request.headers['x-forwarded-proto'] = protocol.slice(0, -1);
    delete request.headers['x-forwarded-host'];
    next();
  };
}

/**
 * An authorization request by POST goes on by GET: the library would need cookies that other sites may send for it.
 * https://hl7.org/fhir/smart-app-launch/app-launch.html#obtain-authorization-code
 */
export function authorizeByPost({ issuer }: Addresses): readonly RequestHandler[] {
  return [
    express.text({ type: 'application/x-www-form-urlencoded', limit: '64kb' }),
    (request, response) => {
      const parameters = new URLSearchParams(typeof request.body === 'string' ? request.body : '');
      response.setHeader('Cache-Control', 'no-store');
      response.redirect(303, `${issuer}${ROUTES.authorization}?${parameters.toString()}`);
    },
  ];
}

/**
 * SMART apps ask for `offline_access` without `prompt=consent`, without which OpenID Connect lets a server ignore it. Each
 * request passes by the user here, so that the prompt changes nothing but whether an earlier consent may stand.
 */
export const promptsForConsent: RequestHandler = (request, _response, next) => {
  const [path = '', query = ''] = request.url.split(/\?(.*)/s);
  const parameters = new URLSearchParams(query);
  const [prompt = '', ...more] = parameters.getAll('prompt');
  parameters.delete('remembered');
  // Twice is for the library to refuse.
  if (more.length === 0 && (prompt === '' || prompt === 'login')) {
    parameters.set('prompt', `${prompt} consent`.trim());
    parameters.set('remembered', '1');
  }
  request.url = `${path}?${parameters.toString()}`;
  request.originalUrl = request.baseUrl + request.url;
  next();
};
