// Answers of the local registry, among them the specification's errors.

type Headers = Record<string, string>

/** Error codes (https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#error-codes) with their status. */
const ERRORS = {
  BLOB_UNKNOWN: 404,
  BLOB_UPLOAD_INVALID: 416,
  BLOB_UPLOAD_UNKNOWN: 404,
  DENIED: 403,
  DIGEST_INVALID: 400,
  MANIFEST_BLOB_UNKNOWN: 400,
  MANIFEST_INVALID: 400,
  MANIFEST_UNKNOWN: 404,
  NAME_UNKNOWN: 404,
  TOOMANYREQUESTS: 429,
  UNAUTHORIZED: 401,
  UNSUPPORTED: 405,
} as const

export type ErrorCode = keyof typeof ERRORS

/** An answer without a body. */
export function reply(status: number, headers: Headers = {}): Response {
  return new Response(null, { status, headers })
}

/** An answer with bytes; its length goes along for HEAD, whose body is dropped. */
export function replyBytes(request: Request, bytes: Uint8Array<ArrayBuffer>, headers: Headers): Response {
  const body = request.method === 'HEAD' ? null : bytes
  return new Response(body, { status: 200, headers: { ...headers, 'content-length': String(bytes.length) } })
}

export function replyJson(value: unknown, headers: Headers = {}): Response {
  return Response.json(value, { status: 200, headers })
}

/** What no route serves. */
export function notFound(): Response {
  return new Response('404 page not found', { status: 404 })
}

export function replyError(code: ErrorCode, headers: Headers = {}): Response {
  const errors = [{ code, message: code.toLowerCase().replaceAll('_', ' ') }]
  return Response.json({ errors }, { status: ERRORS[code], headers })
}
