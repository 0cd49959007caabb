import type { IncomingMessage, ServerResponse } from 'node:http';

/** A part of what the gateway answers over HTTP. */
export interface HttpRoute {
  /** First segments of the path, with slashes at both ends: `/dicom-web/`. The longest that fits takes the request. */
  readonly prefix: string;
  /**
   * Answers one request; what it throws becomes 500 without a word of the error.
   * @param url the request's, whose path begins with the prefix
   */
  handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void>;
}
